#include "allocator/held_units.h"

#include <algorithm>
#include <set>
#include <utility>

#include "allocator/quota.h"
#include "allocator/quota_notes.h"

namespace fairlead::allocation {
namespace {

/// How many tasks of that need fit into what is there, of the resources that `counts` says.
template <class Counts>
std::int64_t tasks_in(const StandardAmounts& there, const StandardAmounts& need, Counts counts) {
  std::int64_t tasks = kNoLimit;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > 0 && counts(i)) tasks = std::min(tasks, there[i] / need[i]);
  }
  return tasks == kNoLimit ? 0 : tasks;
}

/// Adds what the subscribed clients of the role and its sub-roles declare. False when one of them
/// declares nothing at all.
bool add_declared(const State& state, RoleIndex index, std::set<StandardAmounts>& needs) {
  const RoleNode& role = role_of(state, index);
  for (ClientIndex member : role.clients) {
    const Client& client = client_of(state, member);
    if (!client.subscribed) continue;
    if (!client.has_demand) return false;
    for (const WantedShape& wanted : client.shapes) {
      if (wanted.shape.revocable) continue;  // no guarantee is about those
      needs.insert(wanted.shape.amounts.scalars.standard);
    }
  }
  return std::all_of(role.children.begin(), role.children.end(),
                     [&](RoleIndex child) { return add_declared(state, child, needs); });
}

HeldUnit begin_unit(State& state, const StandardAmounts& need) {
  auto [at, is_new] = state.quotas.needs.try_emplace(need);
  HeldNeed& common = at->second;
  if (is_new) {
    for (const AgentRoom& room : state.quotas.rooms) common.fits += fits_in(room.plain, need);
    common.fits_seen = common.fits;
  }
  ++common.users;
  return {.need = need, .common = &common};
}

void end_unit(State& state, const HeldUnit& unit) {
  if (unit.tasks_seen > 0) --unit.common->holders;
  if (--unit.common->users == 0) state.quotas.needs.erase(unit.need);
}

/// What is spare beside `tasks` that are held; everything while none are.
std::int64_t spare(std::int64_t fits, std::int64_t tasks) {
  return tasks > 0 ? fits - tasks : kNoLimit;
}

bool is_unit_room_larger(State& state, RoleIndex role) {
  RoleQuota& quota = quota_of(state, role);
  StandardAmounts rest = owed(quota.quota, consumption(state, role));
  bool is_larger = false;
  for (HeldUnit& unit : quota.units) {
    std::int64_t tasks = tasks_owed(quota, rest, unit);
    std::int64_t before = spare(unit.common->fits_seen, unit.tasks_seen);
    if (spare(unit.common->fits, tasks) > before) is_larger = true;
    unit.tasks_seen = tasks;
  }
  return is_larger;
}

/// Adds the units of the roles to the holders of their needs, or takes them away.
void count_holders(State& state, const std::vector<RoleIndex>& roles, std::size_t change) {
  for (RoleIndex role : roles) {
    for (const HeldUnit& unit : quota_of(state, role).units) {
      if (unit.tasks_seen > 0) unit.common->holders += change;
    }
  }
}

}  // namespace

StandardAmounts owed(const Quota& quota, const StandardAmounts& consumed) {
  StandardAmounts rest{};
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    rest[i] = std::max<std::int64_t>(0, quota.guarantees[i] - consumed[i]);
  }
  return rest;
}

std::int64_t fits_in(const StandardAmounts& there, const StandardAmounts& need) {
  return tasks_in(there, need, [](std::size_t) { return true; });
}

std::int64_t tasks_owed(const RoleQuota& quota, const StandardAmounts& rest, const HeldUnit& unit) {
  return tasks_in(rest, unit.need, [&](std::size_t i) { return quota.quota.guarantees[i] > 0; });
}

void note_declared(State& state, RoleIndex role) {
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    RoleQuota* quota = role_of(state, at).quota.get();
    if (quota == nullptr || !quota->quota.has_guarantees()) continue;
    quota->are_units_new = true;
    note_quota(state, at);
  }
}

void refresh_units(State& state, RoleIndex role) {
  RoleQuota& quota = quota_of(state, role);
  if (!quota.quota.has_guarantees() || !std::exchange(quota.are_units_new, false)) return;
  std::set<StandardAmounts> needs;
  bool is_declared = add_declared(state, role, needs);
  if (!is_declared || needs.size() > kHeldShapesMax) needs.clear();
  std::vector<HeldUnit> units;
  for (const StandardAmounts& need : needs) {
    auto known = std::find_if(quota.units.begin(), quota.units.end(),
                              [&](const HeldUnit& unit) { return unit.need == need; });
    units.push_back(known != quota.units.end() ? *known : begin_unit(state, need));
  }
  std::swap(quota.units, units);
  for (const HeldUnit& unit : units) {
    if (needs.contains(unit.need)) continue;
    if (unit.tasks_seen > 0) state.quotas.has_unit_gone = true;
    end_unit(state, unit);
  }
  note_quota(state, role);
}

void drop_units(State& state, RoleIndex role) {
  for (const HeldUnit& unit : std::exchange(quota_of(state, role).units, {})) {
    end_unit(state, unit);
  }
}

void count_fits(State& state, const StandardAmounts& before, const StandardAmounts& after) {
  for (auto& [need, common] : state.quotas.needs) {
    common.fits += fits_in(after, need) - fits_in(before, need);
  }
}

bool is_unit_room_larger(State& state, const std::vector<RoleIndex>& noted) {
  // For the others it is larger when more fit: as many tasks are held as before.
  count_holders(state, noted, std::size_t{0} - 1);
  bool is_larger = false;
  for (const auto& [need, common] : state.quotas.needs) {
    if (common.holders > 0 && common.fits > common.fits_seen) is_larger = true;
  }
  for (RoleIndex role : noted) {
    if (is_unit_room_larger(state, role)) is_larger = true;
  }
  count_holders(state, noted, 1);
  for (auto& [need, common] : state.quotas.needs) common.fits_seen = common.fits;
  return is_larger;
}

}  // namespace fairlead::allocation

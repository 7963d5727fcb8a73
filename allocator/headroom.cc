#include "allocator/headroom.h"

#include <algorithm>
#include <set>

#include "allocator/quota.h"
#include "common/devices.h"

namespace fairlead::allocation {
namespace {

RoleQuota& quota_of(State& state, RoleIndex role) {
  return *role_of(state, role).quota;
}

StandardAmounts owed(const Quota& quota, const StandardAmounts& consumed) {
  StandardAmounts rest{};
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    rest[i] = std::max<std::int64_t>(0, quota.guarantees[i] - consumed[i]);
  }
  return rest;
}

/// How many tasks of that need fit into what is there, of the resources that `counts` says.
template <class Counts>
std::int64_t tasks_in(const StandardAmounts& there, const StandardAmounts& need, Counts counts) {
  std::int64_t tasks = kNoLimit;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > 0 && counts(i)) tasks = std::min(tasks, there[i] / need[i]);
  }
  return tasks == kNoLimit ? 0 : tasks;
}

std::int64_t fits_in(const StandardAmounts& there, const StandardAmounts& need) {
  return tasks_in(there, need, [](std::size_t) { return true; });
}

std::int64_t tasks_owed(const RoleQuota& quota, const StandardAmounts& rest, const HeldUnit& unit) {
  return tasks_in(rest, unit.need, [&](std::size_t i) { return quota.quota.guarantees[i] > 0; });
}

/// What is held for the role itself when it consumes that much.
StandardAmounts own_required(const RoleQuota& quota, const StandardAmounts& consumed) {
  StandardAmounts rest = owed(quota.quota, consumed);
  if (quota.units.empty()) return rest;
  StandardAmounts held{};
  for (const HeldUnit& unit : quota.units) {
    std::int64_t tasks = tasks_owed(quota, rest, unit);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (quota.quota.guarantees[i] > 0) held[i] = std::max(held[i], tasks * unit.need[i]);
    }
  }
  return held;
}

StandardAmounts larger(const StandardAmounts& a, const StandardAmounts& b) {
  StandardAmounts most{};
  for (std::size_t i = 0; i < kStandardScalars; ++i) most[i] = std::max(a[i], b[i]);
  return most;
}

/// The nearest role above with a guarantee; the root when there is none.
RoleIndex guaranteed_above(const State& state, RoleIndex role) {
  RoleIndex at = role_of(state, role).parent;
  while (at != kRootRole) {
    const RoleNode& node = role_of(state, at);
    if (node.quota != nullptr && node.quota->quota.has_guarantees()) break;
    at = node.parent;
  }
  return at;
}

/// What is held for all, when a role and those above it consume more. `added` says how much more
/// of each.
template <class Added>
StandardAmounts required_after(const State& state, RoleIndex index, Added added) {
  StandardAmounts less{};
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    const RoleNode& role = role_of(state, at);
    if (role.quota == nullptr || !role.quota->quota.has_guarantees()) continue;
    const StandardAmounts more = added(role);
    StandardAmounts consumed = consumption(state, at);
    StandardAmounts below = role.quota->below;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      consumed[i] += more[i];
      below[i] -= less[i];
    }
    StandardAmounts now = larger(own_required(*role.quota, consumed), below);
    for (std::size_t i = 0; i < kStandardScalars; ++i) less[i] = role.quota->required[i] - now[i];
  }
  StandardAmounts required = state.quotas.required;
  for (std::size_t i = 0; i < kStandardScalars; ++i) required[i] -= less[i];
  return required;
}

/// What is neither held nor used; below 0 when more is owed than there is.
std::int64_t slack_of(const QuotaBooks& books, std::size_t i) {
  return books.available[i] - books.required[i];
}

/// Taking `taken` leaves what is held, or takes no more of it than is missing already.
bool leaves_required(const QuotaBooks& books, const StandardAmounts& taken,
                     const StandardAmounts& required) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (taken[i] == 0 || books.required[i] == 0) continue;
    std::int64_t slack = books.available[i] - taken[i] - required[i];
    if (slack < std::min<std::int64_t>(0, slack_of(books, i))) return false;
  }
  return true;
}

StandardAmounts plain_part(const Resources& resources) {
  for (const Lot& lot : resources.lots) {
    if (lot.kind == LotKind{}) return lot.amounts.scalars.standard;
  }
  return {};
}

/// Calls `visit` with each unit held for another role than those on the path, and how many are.
template <class Visit>
void each_unit_of_others(const State& state, RoleIndex index, Visit visit) {
  const RoleName& path = role_of(state, index).path;
  for (RoleIndex guaranteed : state.quotas.guaranteed) {
    const RoleNode& role = role_of(state, guaranteed);
    if (role.quota->units.empty()) continue;
    StandardAmounts rest = owed(role.quota->quota, consumption(state, guaranteed));
    if (rest == StandardAmounts{} || is_ancestor_or_self(role.path, path)) continue;
    for (const HeldUnit& unit : role.quota->units) {
      std::int64_t tasks = tasks_owed(*role.quota, rest, unit);
      if (tasks > 0) visit(unit, tasks);
    }
  }
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

void refresh_units(State& state, RoleIndex role) {
  RoleQuota& quota = quota_of(state, role);
  if (!quota.are_units_new) return;
  quota.are_units_new = false;
  std::set<StandardAmounts> needs;
  bool is_declared = add_declared(state, role, needs);
  if (!is_declared || needs.size() > kHeldShapesMax) needs.clear();
  std::vector<HeldUnit> units;
  for (const StandardAmounts& need : needs) {
    auto known = std::find_if(quota.units.begin(), quota.units.end(),
                              [&](const HeldUnit& unit) { return unit.need == need; });
    if (known != quota.units.end()) {
      units.push_back(*known);
      known->spare_seen = kNoLimit;  // it goes on
      continue;
    }
    HeldUnit unit{.need = need};
    for (const AgentRoom& room : state.quotas.rooms) unit.fits += fits_in(room.plain, need);
    units.push_back(unit);
  }
  for (const HeldUnit& unit : quota.units) {
    if (unit.spare_seen != kNoLimit) state.quotas.has_unit_gone = true;
  }
  quota.units = std::move(units);
  state.quotas.is_required_stale = true;
}

/// Looks at it, and says whether it has grown.
bool see(std::int64_t now, std::int64_t& seen) {
  return now > std::exchange(seen, now);
}

bool is_unit_room_larger(State& state, RoleIndex role) {
  RoleQuota& quota = quota_of(state, role);
  StandardAmounts rest = owed(quota.quota, consumption(state, role));
  bool is_larger = false;
  for (HeldUnit& unit : quota.units) {
    std::int64_t tasks = tasks_owed(quota, rest, unit);
    if (see(tasks > 0 ? unit.fits - tasks : kNoLimit, unit.spare_seen)) is_larger = true;
  }
  return is_larger;
}

}  // namespace

void refresh_headroom(State& state) {
  QuotaBooks& books = state.quotas;
  if (!books.is_required_stale) return;
  books.is_required_stale = false;
  books.required = {};
  for (RoleIndex role : books.guaranteed) quota_of(state, role).below = {};
  for (RoleIndex role : books.guaranteed) {
    RoleQuota& quota = quota_of(state, role);
    quota.required = larger(own_required(quota, consumption(state, role)), quota.below);
    RoleIndex above = guaranteed_above(state, role);
    StandardAmounts& sum = above == kRootRole ? books.required : quota_of(state, above).below;
    for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += quota.required[i];
  }
}

bool leaves_held_amounts(const State& state, RoleIndex role, const Resources& resources) {
  if (!has_guarantees(state)) return true;
  return leaves_required(state.quotas, plain_part(resources),
                         required_after(state, role, [&](const RoleNode& one) {
                           return added_consumption(resources, one.path);
                         }));
}

bool leaves_held_tasks(const State& state, RoleIndex role, AgentHandle agent,
                       const Resources& resources) {
  if (!has_guarantees(state)) return true;
  const StandardAmounts taken = plain_part(resources);
  const StandardAmounts& before = state.quotas.rooms[agent.index].plain;
  StandardAmounts after = before;
  for (std::size_t i = 0; i < kStandardScalars; ++i) after[i] -= taken[i];
  bool is_left = true;
  each_unit_of_others(state, role, [&](const HeldUnit& unit, std::int64_t tasks) {
    std::int64_t lost = fits_in(before, unit.need) - fits_in(after, unit.need);
    if (lost > 0 && unit.fits - lost < tasks) is_left = false;
  });
  return is_left;
}

bool headroom_may_allow(const State& state, RoleIndex index, const StandardAmounts& amounts) {
  if (!has_guarantees(state)) return true;
  // Where something is reserved for them, it depends on the agent.
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    auto idle = state.quotas.idle_reserved.find(role_of(state, at).path);
    if (idle != state.quotas.idle_reserved.end() && idle->second != StandardAmounts{}) return true;
  }
  return leaves_required(state.quotas, amounts,
                         required_after(state, index, [&](const RoleNode&) { return amounts; }));
}

void cut_to_headroom(const State& state, RoleIndex role, AgentHandle agent, Resources& resources) {
  if (!has_guarantees(state)) return;
  auto lot = std::find_if(resources.lots.begin(), resources.lots.end(),
                          [](const Lot& one) { return one.kind == LotKind{}; });
  if (lot == resources.lots.end()) return;
  StandardAmounts& amounts = lot->amounts.scalars.standard;
  const QuotaBooks& books = state.quotas;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (books.required[i] == 0) continue;
    // What it takes beyond what is owed to itself only grows with the amount.
    std::int64_t spare = std::max<std::int64_t>(0, slack_of(books, i));
    std::int64_t least = 0;
    std::int64_t most = amounts[i];
    while (least < most) {
      std::int64_t middle = least + (most - least + 1) / 2;
      StandardAmounts one{};
      one[i] = middle;
      StandardAmounts required = required_after(state, role, [&](const RoleNode&) { return one; });
      bool is_left = middle - (books.required[i] - required[i]) <= spare;
      (is_left ? least : most) = is_left ? middle : middle - 1;
    }
    amounts[i] = least;
  }
  const StandardAmounts& room = books.rooms[agent.index].plain;
  each_unit_of_others(state, role, [&](const HeldUnit& unit, std::int64_t tasks) {
    std::int64_t spare = std::max<std::int64_t>(0, unit.fits - tasks);
    std::int64_t here = std::max<std::int64_t>(0, fits_in(room, unit.need) - spare);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      amounts[i] = std::min(amounts[i], room[i] - here * unit.need[i]);
    }
  });
  cut_shares_to_gpus(lot->amounts);
  if (lot->amounts.is_zero()) resources.lots.erase(lot);
}

bool is_covered(const State& state, RoleIndex index, const StandardAmounts& amounts) {
  if (!has_guarantees(state)) return false;
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    const RoleQuota* quota = role_of(state, at).quota.get();
    if (quota == nullptr || !quota->quota.has_guarantees()) continue;
    HeldUnit unit{.need = amounts};
    if (tasks_owed(*quota, owed(quota->quota, consumption(state, at)), unit) > 0) return true;
  }
  return false;
}

bool is_owed(const State& state, RoleIndex index) {
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    const RoleQuota* quota = role_of(state, at).quota.get();
    if (quota != nullptr && owed(quota->quota, consumption(state, at)) != StandardAmounts{}) {
      return true;
    }
  }
  return false;
}

bool mark_short(State& state, bool is_marked) {
  bool is_any = false;
  for (RoleIndex role : state.quotas.guaranteed) {
    const RoleQuota& quota = quota_of(state, role);
    bool is_short = owed(quota.quota, consumption(state, role)) != StandardAmounts{};
    if (is_marked && !is_short) continue;
    is_any = true;
    for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
      role_of(state, at).leads_to_short = is_marked;
    }
  }
  return is_any;
}

StandardAmounts held_for(const State& state, RoleIndex role) {
  const RoleQuota& quota = *role_of(state, role).quota;
  return quota.quota.has_guarantees() ? quota.required : StandardAmounts{};
}

void refresh_held(State& state) {
  for (RoleIndex role : state.quotas.guaranteed) refresh_units(state, role);
  refresh_headroom(state);
}

bool is_headroom_larger(State& state) {
  QuotaBooks& books = state.quotas;
  refresh_held(state);
  bool is_larger = std::exchange(books.has_unit_gone, false);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    bool is_held = books.required[i] > 0;
    if (see(is_held ? slack_of(books, i) : kNoLimit, books.slack_seen[i])) is_larger = true;
  }
  for (RoleIndex role : books.guaranteed) {
    if (is_unit_room_larger(state, role)) is_larger = true;
  }
  return is_larger;
}

void note_declared(State& state, RoleIndex role) {
  if (!has_guarantees(state)) return;
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    RoleQuota* quota = role_of(state, at).quota.get();
    if (quota != nullptr) quota->are_units_new = true;
  }
}

void count_fits(State& state, const StandardAmounts& before, const StandardAmounts& after) {
  for (RoleIndex role : state.quotas.guaranteed) {
    for (HeldUnit& unit : quota_of(state, role).units) {
      unit.fits += fits_in(after, unit.need) - fits_in(before, unit.need);
    }
  }
}

}  // namespace fairlead::allocation

#include "allocator/headroom.h"

#include <algorithm>

#include "allocator/held_units.h"
#include "allocator/quota.h"
#include "allocator/quota_notes.h"
#include "common/devices.h"

namespace fairlead::allocation {
namespace {

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

StandardAmounts required_now(const State& state, RoleIndex role) {
  const RoleQuota& quota = *role_of(state, role).quota;
  return larger(own_required(quota, consumption(state, role)), quota.below);
}

/// What all have together that stand directly below the role with a guarantee, or the root.
StandardAmounts& sum_below(State& state, RoleIndex role) {
  return role == kRootRole ? state.quotas.required : quota_of(state, role).below;
}

/// After a change of which roles have a guarantee.
void rebuild_required(State& state) {
  QuotaBooks& books = state.quotas;
  books.is_required_stale = false;
  books.required = {};
  for (RoleIndex role : books.guaranteed) quota_of(state, role).below = {};
  for (RoleIndex role : books.guaranteed) {
    RoleQuota& quota = quota_of(state, role);
    quota.required = required_now(state, role);
    StandardAmounts& sum = sum_below(state, guaranteed_above(state, role));
    for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += quota.required[i];
  }
}

/// After a change of what the role consumes or declares.
void refresh_required(State& state, RoleIndex role) {
  if (!quota_of(state, role).quota.has_guarantees()) return;
  for (RoleIndex at = role; at != kRootRole;) {
    RoleQuota& quota = quota_of(state, at);
    const StandardAmounts now = required_now(state, at);
    if (now == quota.required) return;
    at = guaranteed_above(state, at);
    StandardAmounts& sum = sum_below(state, at);
    for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += now[i] - quota.required[i];
    quota.required = now;
  }
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
  for (RoleIndex guaranteed : state.quotas.owed_units) {
    const RoleNode& role = role_of(state, guaranteed);
    StandardAmounts rest = owed(role.quota->quota, consumption(state, guaranteed));
    if (is_ancestor_or_self(role.path, path)) continue;
    for (const HeldUnit& unit : role.quota->units) {
      std::int64_t tasks = tasks_owed(*role.quota, rest, unit);
      if (tasks > 0) visit(unit, tasks);
    }
  }
}

}  // namespace

void refresh_headroom(State& state) {
  QuotaBooks& books = state.quotas;
  if (books.is_required_stale) rebuild_required(state);
  if (!is_any_noted(books, QuotaLook::kHeadroom)) return;
  for (RoleIndex role : take_noted(state, QuotaLook::kHeadroom)) {
    refresh_required(state, role);
    refresh_marks(state, role);
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
    if (lost > 0 && unit.common->fits - lost < tasks) is_left = false;
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
    auto is_left = [&](std::int64_t amount) {
      StandardAmounts one{};
      one[i] = amount;
      StandardAmounts required = required_after(state, role, [&](const RoleNode&) { return one; });
      return amount - (books.required[i] - required[i]) <= spare;
    };
    std::int64_t least = 0;
    std::int64_t most = amounts[i];
    if (is_left(most)) continue;
    while (least < most) {
      std::int64_t middle = least + (most - least + 1) / 2;
      if (is_left(middle)) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    amounts[i] = least;
  }
  const StandardAmounts& room = books.rooms[agent.index].plain;
  each_unit_of_others(state, role, [&](const HeldUnit& unit, std::int64_t tasks) {
    std::int64_t spare = std::max<std::int64_t>(0, unit.common->fits - tasks);
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

bool is_below_guarantee(const State& state, RoleIndex role) {
  const Quota& quota = role_of(state, role).quota->quota;
  return owed(quota, consumption(state, role)) != StandardAmounts{};
}

bool is_any_short(State& state) {
  refresh_headroom(state);
  return role_of(state, kRootRole).short_roles > 0;
}

StandardAmounts held_for(const State& state, RoleIndex role) {
  const RoleQuota& quota = *role_of(state, role).quota;
  return quota.quota.has_guarantees() ? quota.required : StandardAmounts{};
}

void refresh_held(State& state) {
  for (RoleIndex role : take_noted(state, QuotaLook::kRoom)) refresh_units(state, role);
  refresh_headroom(state);
}

bool is_headroom_larger(State& state, const std::vector<RoleIndex>& noted) {
  QuotaBooks& books = state.quotas;
  for (RoleIndex role : noted) refresh_units(state, role);
  refresh_headroom(state);
  bool is_larger = std::exchange(books.has_unit_gone, false);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t now = books.required[i] > 0 ? slack_of(books, i) : kNoLimit;
    if (now > std::exchange(books.slack_seen[i], now)) is_larger = true;
  }
  return is_unit_room_larger(state, noted) || is_larger;
}

}  // namespace fairlead::allocation

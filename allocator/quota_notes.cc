#include "allocator/quota_notes.h"

#include <algorithm>
#include <utility>

#include "allocator/headroom.h"
#include "allocator/held_units.h"
#include "allocator/quota.h"
#include "allocator/ranking.h"

namespace fairlead::allocation {
namespace {

void note_clients(State& state, RoleIndex index) {
  for (ClientIndex client : role_of(state, index).clients) note_rank(state, client);
  for (RoleIndex child : role_of(state, index).children) note_clients(state, child);
}

void set_spent(State& state, RoleIndex role, bool is_now) {
  RoleQuota& quota = *role_of(state, role).quota;
  if (quota.is_spent == is_now) return;
  quota.is_spent = is_now;
  note_clients(state, role);
}

void set_short(State& state, RoleIndex role, bool is_now) {
  RoleQuota& quota = *role_of(state, role).quota;
  if (is_now && !quota.units.empty()) {
    state.quotas.owed_units.insert(role);
  } else {
    state.quotas.owed_units.erase(role);
  }
  if (quota.is_short == is_now) return;
  quota.is_short = is_now;
  std::uint32_t change = is_now ? 1U : 0U - 1U;
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    role_of(state, at).short_roles += change;
  }
  role_of(state, kRootRole).short_roles += change;
  note_rank(state, role);
}

bool has_reserved(const State& state, RoleIndex index) {
  if (role_of(state, index).quota->idle_reserved != StandardAmounts{}) return true;
  for (RoleIndex at = role_of(state, index).parent; at != kRootRole;
       at = role_of(state, at).parent) {
    auto idle = state.quotas.idle_reserved.find(role_of(state, at).path);
    if (idle != state.quotas.idle_reserved.end() && idle->second != StandardAmounts{}) return true;
  }
  return false;
}

/// What the limit leaves is not worth an offer, and nothing that is free is reserved for them.
bool is_spent_now(const State& state, RoleIndex role) {
  const Quota& quota = role_of(state, role).quota->quota;
  const std::vector<Amounts>& minimums = state.config.offer_minimum.any_of;
  if (!quota.has_limits()) return false;
  if (minimums.empty()) return false;
  StandardAmounts consumed = consumption(state, role);
  auto is_left = [&](const Amounts& least) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      std::int64_t min = least.scalars.standard[i];
      bool is_limited = min > 0 && quota.limits[i] != kNoLimit;
      if (is_limited && quota.limits[i] - consumed[i] < min) return false;
    }
    return true;
  };
  return std::none_of(minimums.begin(), minimums.end(), is_left) && !has_reserved(state, role);
}

}  // namespace

void note_role(State& state, RoleIndex role) {
  std::array<bool, kQuotaLooks>& is_noted = role_of(state, role).quota->is_noted;
  for (std::size_t look = 0; look < kQuotaLooks; ++look) {
    if (!std::exchange(is_noted[look], true)) state.quotas.noted[look].push_back(role);
  }
}

void note_all_quotas(State& state) {
  for (const auto& [path, role] : state.quotas.roles) note_quota(state, role);
}

std::vector<RoleIndex> take_noted(State& state, QuotaLook look) {
  auto at = static_cast<std::size_t>(look);
  std::vector<RoleIndex> roles = std::exchange(state.quotas.noted[at], {});
  std::erase_if(roles, [&](RoleIndex role) { return role_of(state, role).quota == nullptr; });
  for (RoleIndex role : roles) role_of(state, role).quota->is_noted[at] = false;
  std::sort(roles.begin(), roles.end(), [&](RoleIndex a, RoleIndex b) {
    return role_of(state, a).path < role_of(state, b).path;
  });
  // One that lost its quota and got another stands there twice.
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return roles;
}

void refresh_marks(State& state, RoleIndex role) {
  set_short(state, role, is_below_guarantee(state, role));
  set_spent(state, role, is_spent_now(state, role));
}

void leave_quota(State& state, RoleIndex role) {
  set_short(state, role, false);
  set_spent(state, role, false);
  drop_units(state, role);
}

bool is_spent(const State& state, RoleIndex role) {
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    const RoleQuota* quota = role_of(state, at).quota.get();
    if (quota != nullptr && quota->is_spent) return true;
  }
  return false;
}

}  // namespace fairlead::allocation

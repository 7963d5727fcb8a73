// Which roles with a quota have changed since somebody looked: what they consume, or what those in
// them declare. Each look of QuotaLook has its own list, so that an event looks at the roles it
// changed, and not at all that have a quota. Internal to allocator/.
#pragma once

#include <vector>

#include "allocator/context.h"

namespace fairlead::allocation {

/// REQUIRES a role with a quota. O(1).
void note_role(State& state, RoleIndex role);
/// No effect for a role without one.
inline void note_quota(State& state, RoleIndex role) {
  if (role_of(state, role).quota != nullptr) note_role(state, role);
}
/// After a change of the quotas themselves.
void note_all_quotas(State& state);
/// Those noted since the last time that still have a quota, by path, which puts a role before its
/// sub-roles.
std::vector<RoleIndex> take_noted(State& state, QuotaLook look);

inline bool is_any_noted(const QuotaBooks& books, QuotaLook look) {
  return !books.noted[static_cast<std::size_t>(look)].empty();
}

/// After a change of what the role consumes: whether it is short, and whether it is spent.
void refresh_marks(State& state, RoleIndex role);
/// Before the role loses its quota.
void leave_quota(State& state, RoleIndex role);

/// True when a limit of the role, or of one above it, leaves nothing of which a whole agent could
/// be offered to anybody in it who takes the configured least offer. REQUIRES refresh_headroom().
bool is_spent(const State& state, RoleIndex role);

}  // namespace fairlead::allocation

// Guarantees held in whole tasks (headroom.h): in which shapes, and how many of them fit into what
// is free. That is the same for all roles, so it is counted once for each need that somebody
// declares, however many roles have a guarantee. Internal to allocator/.
//
// Invariants after is_unit_room_larger(): 1. HeldNeed::fits_seen is `fits`. 2. `holders` counts the
// units of it with tasks_seen > 0.
#pragma once

#include <vector>

#include "allocator/context.h"

namespace fairlead::allocation {

/// REQUIRES a role with a quota.
inline RoleQuota& quota_of(State& state, RoleIndex role) {
  return *role_of(state, role).quota;
}
/// What is left of the guarantees.
StandardAmounts owed(const Quota& quota, const StandardAmounts& consumed);
/// How many tasks of that need fit into what is there.
std::int64_t fits_in(const StandardAmounts& there, const StandardAmounts& need);
/// How many are held when `rest` is owed.
std::int64_t tasks_owed(const RoleQuota& quota, const StandardAmounts& rest, const HeldUnit& unit);

/// Somebody came into the role, left it, or declares something else.
void note_declared(State& state, RoleIndex role);
/// After that: what is held in tasks, and in which. O(those in it), O(agents) for a need that no
/// role had before.
void refresh_units(State& state, RoleIndex role);
/// Before the role loses its guarantee.
void drop_units(State& state, RoleIndex role);

/// What an agent has free, unreserved, has changed. O(needs).
void count_fits(State& state, const StandardAmounts& before, const StandardAmounts& after);
/// Whether beside what is held more tasks of some need fit than when this was asked last. `noted`:
/// those whose consumption or units may have changed since. O(needs + noted).
bool is_unit_room_larger(State& state, const std::vector<RoleIndex>& noted);

}  // namespace fairlead::allocation

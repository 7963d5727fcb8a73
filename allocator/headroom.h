// Head-room: what is kept free for roles below their guarantee. Of each named resource a role is
// owed its guarantee less what it consumes, and on every level at least what its sub-roles are
// owed together. Nobody is given what would leave less than that free, unless it is owed to
// himself.
//
// Where all who are subscribed in a role, and its sub-roles, declare what they want, its guarantee
// is held in whole tasks: as many of a declared shape as fit into what it is owed (of several
// shapes, up to kHeldShapesMax, the most of each resource), and nothing for what is left of the
// guarantee beside them. So many must also keep fitting into what is free, agent by agent: a piece
// of an agent where no such task fits is held for nobody. Another's guarantee takes from such a
// task only what it finds nowhere else.
//
// A guarantee counts from when it is set, whether or not somebody is subscribed; it counts for the
// resources that it names, and for those who declare, only in whole tasks: a task that would pass
// what is left of it has its turn by share, as one without a guarantee.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

inline bool has_guarantees(const State& state) {
  return !state.quotas.guaranteed.empty();
}

/// Brings up to date what follows from what a role with a quota consumes: what is held, and the
/// marks of quota_notes.h. O(noted roles x depth), nothing when there was no change.
void refresh_headroom(State& state);
/// The same after a change of what is declared; before anybody is served. O(guaranteed roles, and
/// for those with such a change their clients and the agents).
void refresh_held(State& state);

// These REQUIRE refresh_headroom().

/// True when giving `resources` to a client in `role` takes nothing that is held for somebody else,
/// or at least no more of it than is missing already. O(role depth).
bool leaves_held_amounts(const State& state, RoleIndex role, const Resources& resources);
/// True when as many tasks as are held for others keep fitting without them, or none is lost on the
/// agent. O(guaranteed roles and their shapes).
bool leaves_held_tasks(const State& state, RoleIndex role, AgentHandle agent,
                       const Resources& resources);
/// Necessary for both, on whatever agent. O(role depth).
bool headroom_may_allow(const State& state, RoleIndex role, const StandardAmounts& amounts);
/// Cuts what is held for others.
void cut_to_headroom(const State& state, RoleIndex role, AgentHandle agent, Resources& resources);

/// What is held for the role and its sub-roles. REQUIRES a role with a quota.
StandardAmounts held_for(const State& state, RoleIndex role);

// These do not.

/// True when a guarantee of the role, or of one above it, has room for the amounts.
bool is_covered(const State& state, RoleIndex role, const StandardAmounts& amounts);
/// True when the role, or one above it, is owed something.
bool is_owed(const State& state, RoleIndex role);
/// True when the role itself is owed something. REQUIRES a role with a quota.
bool is_below_guarantee(const State& state, RoleIndex role);
/// Whether some role is.
bool is_any_short(State& state);

/// Whether others have more room than when this was asked last. `noted`: take_noted() for it.
bool is_headroom_larger(State& state, const std::vector<RoleIndex>& noted);

}  // namespace fairlead::allocation

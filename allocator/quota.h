// Quota: what a role consumes, and its limits. A role consumes what it and its sub-roles hold and
// are offered, and what is reserved for them whether somebody uses it or not. Limits hold on every
// level: nothing is offered that would lead a role or one above it beyond its limit. A demanded
// shape is offered whole or not at all; a whole agent is cut to fit, but for its volumes.
// Guarantees: headroom.h. Without any quota nothing here costs more than a question.
#pragma once

#include <optional>

#include "allocator/context.h"

namespace fairlead::allocation {

/// Touches everybody who wants something.
Status on_quota_set(Context& context, const QuotaSet& event);

inline bool has_quotas(const State& state) {
  return !state.quotas.roles.empty();
}

/// REQUIRES a role with a quota. O(1).
StandardAmounts consumption(const State& state, RoleIndex role);
/// What `role` would consume more if it, or a role below it, were given `resources`: all but what
/// is reserved for it or for a role below it, which it consumes already.
StandardAmounts added_consumption(const Resources& resources, const RoleName& role);

/// True when no limit stands against giving `resources` to a client in `role`. O(role depth).
bool limits_allow(const State& state, RoleIndex role, const Resources& resources);
/// The lowest role, from `role` upwards, whose limit stands against the amounts wherever they are
/// taken from. O(role depth).
std::optional<RoleIndex> limiting_role(const State& state, RoleIndex role,
                                       const StandardAmounts& amounts);
inline bool limits_may_allow(const State& state, RoleIndex role, const StandardAmounts& amounts) {
  return state.quotas.limited == 0 || !limiting_role(state, role, amounts);
}
/// Cuts what is more than a limit allows.
void cut_to_limits(const State& state, RoleIndex role, Resources& resources);

/// Rescinds offers, the newest first, as long as that brings a role back within its limit.
void enforce_limits(Context& context);

/// Touches those for whom a limit or somebody's guarantee left no room, and may do so now: when a
/// limited role consumes less, all in it; when less is held for guarantees or more is free beside
/// that, everybody. What rose and fell again since the last look is not seen.
void touch_quota_room(Context& context);

/// What is free on the agent, whether it is there or whether it is paused has changed. REQUIRES
/// has_quotas().
void refresh_room(State& state, AgentHandle agent);

}  // namespace fairlead::allocation

// What agents have: the bookkeeping of free resources, kept both as a value (exact, with lots) and
// as a column (what scans read). Internal to allocator/.
#pragma once

#include <optional>

#include "allocator/context.h"

namespace fairlead::allocation {

/// whole - part where there is less than part of something: nothing is left of that.
Resources minus_saturated(const Resources& whole, const Resources& part);

/// Recomputes free = total - held - offered and the column. O(holdings + offers there).
void recompute_free(State& state, AgentHandle agent);
/// REQUIRES the agent's free resources to contain them.
void take_free(State& state, AgentHandle agent, const Resources& resources);
void give_free(State& state, AgentHandle agent, const Resources& resources);
/// After a change of present, paused or kept_for.
void refresh_open(State& state, AgentHandle agent);

/// What is offered of `resources` to a whole-agent client in `role`: revocable and shared lots are
/// left out until frameworks can say that they take them.
Resources offerable(const Resources& resources, const RoleName& role);

const ClientHolding* find_holding(const Agent& agent, ClientIndex client);
void add_holding(State& state, AgentHandle agent, ClientIndex client, const Resources& resources);
/// REQUIRES the client to hold them there.
void remove_holding(State& state, AgentHandle agent, ClientIndex client,
                    const Resources& resources);

}  // namespace fairlead::allocation

// What agents have: the bookkeeping of free resources, kept both as a value (exact, with lots) and
// as a column (what scans read). Internal to allocator/.
#pragma once

#include <optional>

#include "allocator/context.h"

namespace fairlead::allocation {

/// whole - part where there is less than part of something: nothing is left of that.
Resources minus_saturated(const Resources& whole, const Resources& part);

/// Gives the agent, known or new, the kind of such machines, and counts it in State::cluster.
/// `recompute_free` follows. O(size of the values).
void set_kind(State& state, AgentHandle agent, const Resources& total,
              const Attributes& attributes);
/// The inverse. REQUIRES the agent to have one.
void leave_kind(State& state, AgentHandle agent);
/// Nothing of its devices is free, or it goes.
void leave_devices(State& state, AgentHandle agent);

/// Recomputes free = total - held - offered and the column. O(holdings + offers there).
void recompute_free(State& state, AgentHandle agent);
/// REQUIRES the agent's free resources to contain them.
void take_free(State& state, AgentHandle agent, const SharedResources& resources);
void give_free(State& state, AgentHandle agent, const SharedResources& resources);
/// After a change of present, paused or kept_for.
void refresh_open(State& state, AgentHandle agent);

const ClientHolding* find_holding(const Agent& agent, ClientIndex client);
void add_holding(State& state, AgentHandle agent, ClientIndex client, const Resources& resources);
/// REQUIRES the client to hold them there. `give_free` or `recompute_free` follows.
void remove_holding(State& state, AgentHandle agent, ClientIndex client,
                    const Resources& resources);
/// REQUIRES an offer newer than those there.
void add_offer(State& state, AgentHandle agent, OfferId offer);
/// REQUIRES an offer that is there.
void remove_offer(State& state, AgentHandle agent, OfferId offer);

}  // namespace fairlead::allocation

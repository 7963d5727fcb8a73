// At which priority something is held, as far as it is not 0: nothing is kept for those who use no
// priorities. Internal to allocator/.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Counts it, for 0 nothing. REQUIRES that the client holds it there.
void add_priority(State& state, AgentHandle agent, ClientIndex client, const HeldPriority& held);
/// The inverse; what was not counted at that priority is not taken away twice.
void remove_priority(State& state, AgentHandle agent, ClientIndex client, const HeldPriority& held);
/// It holds nothing there any more.
void forget_priorities(State& state, AgentHandle agent, ClientIndex client);

/// Unreserved amounts that the client holds on the agent.
StandardAmounts held_plain(const State& state, AgentHandle agent, ClientIndex client);
/// Of them those at a lower priority than that.
StandardAmounts held_below(const State& state, AgentHandle agent, ClientIndex client,
                           std::int32_t priority);

}  // namespace fairlead::allocation

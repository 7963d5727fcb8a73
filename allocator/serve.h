// Serving: gives what is free to those who want it, least share first, one task's worth (or, to a
// client without demand, one whole agent) at a time, until nobody that was touched can be served.
// Charged at once, so that the next turn sees it; the offers are made when the step ends. A step
// gives AllocatorConfig::turns_per_step_max times at most, and leaves the rest for the next one.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Serves what the step touched. O((grants + clients) log clients + looked-at agents).
void serve(Context& context);

/// Gives one task's worth of a shape of the client on the agent, if it can be. Looks at nobody's
/// turn.
bool give_task(Context& context, ClientIndex client, WantedShape& wanted, AgentHandle agent);
/// Gives a client without demand what is free on the agent, as far as it may have it.
bool give_agent(Context& context, ClientIndex client, AgentHandle agent);

}  // namespace fairlead::allocation

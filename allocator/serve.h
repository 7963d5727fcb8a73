// Serving: gives what is free to those who want it, least share first, one task's worth (or a
// gang's, or, to a client without demand, one whole agent) at a time, until nobody that was touched
// can be served. Charged at once, so that the next turn sees it; the offers are made when the step
// ends. A step gives AllocatorConfig::turns_per_step_max times at most, and leaves the rest for the
// next one.
#pragma once

#include <optional>

#include "allocator/context.h"
#include "allocator/match.h"

namespace fairlead::allocation {

/// Serves what the step touched. O((grants + clients) log clients + looked-at agents).
void serve(Context& context);

/// Gives one task's worth of a shape of the client on the agent, if it can be, and says what it
/// took for it. Looks at nobody's turn.
std::optional<SharedResources> take_task(Context& context, ClientIndex client, WantedShape& wanted,
                                         AgentHandle agent);
/// The same on `last`, where the task before it went, if agents are to be filled, or on the agent
/// that is chosen, which is `last` from then on.
std::optional<SharedResources> place_task(Context& context, ClientIndex client, WantedShape& wanted,
                                          std::optional<AgentHandle>& last,
                                          const Candidates& candidates);
/// Whether it could be given.
bool give_task(Context& context, ClientIndex client, WantedShape& wanted, AgentHandle agent);
/// Gives a client without demand what is free on the agent, as far as it may have it.
bool give_agent(Context& context, ClientIndex client, AgentHandle agent);

}  // namespace fairlead::allocation

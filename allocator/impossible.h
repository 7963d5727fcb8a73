// Shapes that no agent that is present could take, if all of it were free, and gangs that all of
// them together could not: told to the framework when its demand or the agents make it so, once,
// and told again when that has ended. Nothing is told while there is no agent at all. A change of
// counts asks nothing. Asking costs O(kinds of agents), O(agents) where a hostname decides, and of
// a gang as many cuts as it has tasks. A gang that several kinds can only take together is asked
// about whenever an agent leaves, else when one leaves of the kind that can.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// What its shapes need, or what it may be offered, is new: asked when the step is applied.
void note_demand_new(Context& context, ClientIndex client);
/// Asks again about all its shapes, as if they were new.
void forget_judgements(Context& context, ClientIndex client);
/// It came, or is of another kind now.
void note_agent_came(Context& context, AgentHandle agent);
/// It left, or is of another kind now: `kind` was its own, released meanwhile.
void note_agent_left(Context& context, AgentHandle agent, std::uint32_t kind);

void set_agents_awaited(Context& context, bool are_awaited);

/// Appends what is to be told. Once a step, after its event.
void judge_demand(Context& context);

}  // namespace fairlead::allocation

// Which lots of an agent may go to whom, whatever is free there. Revocable ones go to frameworks
// that take them, and into tasks that ask for them, which get no others.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// What is offered of `resources` to a client that declares nothing.
Resources offerable(const State& state, ClientIndex client, const Resources& resources);
/// Of what is free on the agent; the same value where that is all of it.
SharedResources offerable(const State& state, ClientIndex client, AgentHandle agent);
/// An offer as its framework sees it: with what is shared there, if it can use that. Nothing shared
/// is ever taken out of what is free, held or charged (docs/decisions/0045-shared-volumes.md).
SharedResources with_shared(const State& state, ClientIndex client, AgentHandle agent,
                            const SharedResources& offered);
/// The lots out of which one task of the shape may be cut.
Resources cuttable(const State& state, ClientIndex client, const Resources& resources,
                   const DemandShape& shape);
/// One task's worth of the shape; nullopt when it does not fit.
std::optional<Resources> cut_out(const State& state, ClientIndex client, const Resources& resources,
                                 const DemandShape& shape);
/// What its framework may have of an offer: nothing in it is of a kind that it does not take.
bool takes_all(const State& state, ClientIndex client, const Resources& resources);

}  // namespace fairlead::allocation

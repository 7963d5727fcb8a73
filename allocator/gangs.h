// Gangs: of a shape with a gang size, that many tasks are offered at once or none of them. Each is
// placed by the rules of a task that is alone, one after the other; when they do not come to a gang
// those that were placed are taken back within the same turn, before anybody hears of them. Where
// room is kept for it (accumulate_gang.h) it is placed first. What a
// client is offered for gangs in one step is one bundle: see offers.h. The batch mode has none.
#pragma once

#include <vector>

#include "allocator/context.h"
#include "allocator/match.h"

namespace fairlead::allocation {

/// What one gang, or one task of a shape without a gang size, needs.
StandardAmounts needed_at_once(const DemandShape& shape);

/// One gang of the shape, `here` and elsewhere. Nothing is looked for elsewhere unless one of its
/// tasks fits here: what is free there was not enough before. O(gang x choose_agent).
/// REQUIRES that `everywhere` is all agents.
bool serve_gang(Context& context, ClientIndex client, WantedShape& wanted, const Candidates& here,
                const Candidates& everywhere);

/// The agents on which tasks of one gang would be placed now, one for each task, also when they do
/// not come to a gang. For a copy of the state: they are given there.
std::vector<AgentHandle> place_what_fits(Context& context, ClientIndex client, WantedShape& wanted);

}  // namespace fairlead::allocation

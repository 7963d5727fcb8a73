// How many tasks of one shape there is room for at once: cut out one after the other, as they would
// be placed, without a look at refusals, quota or who comes first.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// So many tasks of one gang may be on one agent, by the shape itself.
std::uint32_t most_on_one_agent(const DemandShape& shape);

/// How many tasks of the shape the resources are enough for, at most `most`. O(result).
std::uint32_t tasks_within(const State& state, ClientIndex client, const Resources& resources,
                           const DemandShape& shape, std::uint32_t most);

}  // namespace fairlead::allocation

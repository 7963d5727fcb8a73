// How many tasks of one shape there is room for at once: cut out one after the other, as they would
// be placed, without a look at refusals, quota or who comes first.
#pragma once

#include <optional>
#include <vector>

#include "allocator/context.h"

namespace fairlead::allocation {

/// So many tasks of one gang may be on one agent, by the shape itself.
std::uint32_t most_on_one_agent(const DemandShape& shape);

/// How many tasks of the shape the resources are enough for, at most `most`. O(result).
std::uint32_t tasks_within(const State& state, ClientIndex client, const Resources& resources,
                           const DemandShape& shape, std::uint32_t most);

/// What empty agents could take of one gang, or of one task that is alone: asked once for each
/// kind. The state and the shape outlive it.
class RoomByKind {
 public:
  RoomByKind(const State& state, ClientIndex client, const DemandShape& shape)
      : state_(state), client_(client), shape_(shape), answers_(state.kinds.numbers()) {}

  /// Tasks; conditions on agents are not asked.
  std::uint32_t tasks_on(const Agent& agent);

 private:
  const State& state_;
  ClientIndex client_;
  const DemandShape& shape_;
  std::vector<std::optional<std::uint32_t>> answers_;  // by number of the kind
};

}  // namespace fairlead::allocation

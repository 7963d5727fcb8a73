#include "allocator/gang_room.h"

#include <algorithm>

#include "allocator/lots.h"
#include "common/gang.h"

namespace fairlead::allocation {

std::uint32_t most_on_one_agent(const DemandShape& shape) {
  std::uint32_t all = tasks_at_once(shape);
  return shape.per_agent_max > 0 ? std::min(shape.per_agent_max, all) : all;
}

std::uint32_t tasks_within(const State& state, ClientIndex client, const Resources& resources,
                           const DemandShape& shape, std::uint32_t most) {
  Resources left = resources;
  std::uint32_t tasks = 0;
  for (; tasks < most; ++tasks) {
    std::optional<Resources> taken = cut_out(state, client, left, shape);
    if (!taken) break;
    subtract(left, *taken);
  }
  return tasks;
}

}  // namespace fairlead::allocation

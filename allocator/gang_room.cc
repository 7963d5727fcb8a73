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

std::uint32_t RoomByKind::tasks_on(const Agent& agent) {
  std::optional<std::uint32_t>& answer = answers_[agent.kind_number];
  if (!answer) {
    bool may_fit = contains(agent.total_scalars(), shape_.amounts.scalars);
    answer = may_fit
                 ? tasks_within(state_, client_, agent.total(), shape_, most_on_one_agent(shape_))
                 : 0;
  }
  return *answer;
}

}  // namespace fairlead::allocation

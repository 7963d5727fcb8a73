#include "master/daemon/task_counts.h"

#include <array>
#include <cstdint>
#include <vector>

namespace fairlead {

TaskCounts count_tasks(const master::MasterState& state) {
  std::array<std::size_t, static_cast<std::size_t>(TaskState::kUnknown) + 1> states{};
  std::vector<std::int64_t> holders(state.shapes.numbers());
  for (std::uint32_t agent = 0; agent < state.agents.size(); ++agent) {
    for (std::uint32_t slot = state.tasks.first_of(AgentHandle{agent}); slot != master::kNoSlot;
         slot = state.tasks.next_of_agent(slot)) {
      const master::TaskEntry& task = state.tasks[slot];
      ++states[static_cast<std::size_t>(task.state)];
      if (task.holds) ++holders[task.shape];
    }
  }
  TaskCounts counts;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] > 0) counts.by_state[to_string(static_cast<TaskState>(i))] = states[i];
  }
  for (std::uint32_t shape = 0; shape < holders.size(); ++shape) {
    if (holders[shape] == 0) continue;
    add(counts.used, times(scalars(divisible_part(state.shapes[shape])), holders[shape]));
  }
  return counts;
}

}  // namespace fairlead

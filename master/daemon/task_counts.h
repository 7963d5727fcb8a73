// How many tasks are in which state and what they hold, for /api/v1/cluster and /metrics. One walk
// over all tasks that only counts: names and sums are made afterwards, from the few that differ.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "master/state.h"

namespace fairlead {

struct TaskCounts {
  std::map<std::string, std::size_t> by_state;  ///< "TASK_RUNNING", …; those without a task are not
  Quantities used;                              ///< by the tasks that hold resources
};

/// O(tasks).
TaskCounts count_tasks(const master::MasterState& state);

}  // namespace fairlead

#include "master/daemon/task_counts.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

using master::MasterState;
using master::TaskEntry;

void add_task(MasterState& state, std::uint32_t agent, const std::string& id, TaskState is,
              const std::string& resources) {
  TaskEntry task;
  task.agent = {agent};
  task.framework = {0};
  task.shape = state.shapes.acquire(*parse_resources(resources));
  task.state = is;
  task.holds = !is_terminal(is);
  state.tasks.insert(task, {.id = id, .name = id, .container_path = {}, .message = {}});
}

TEST(TaskCounts, AreByStateAndSumWhatIsHeldOverAllAgents) {
  MasterState state;
  state.agents.emplace_back();
  state.agents.emplace_back();
  add_task(state, 0, "t1", TaskState::kRunning, "cpus:1;mem:2GiB");
  add_task(state, 0, "t2", TaskState::kFinished, "cpus:8;mem:8GiB");
  add_task(state, 1, "t3", TaskState::kRunning, "cpus:1;mem:2GiB");
  add_task(state, 1, "t4", TaskState::kStaging, "cpus:0.5;mem:1GiB");

  const TaskCounts counts = count_tasks(state);
  EXPECT_EQ(counts.by_state, (std::map<std::string, std::size_t>{
                                 {"TASK_FINISHED", 1}, {"TASK_RUNNING", 2}, {"TASK_STAGING", 1}}));
  EXPECT_EQ(counts.used, scalars(*parse_resources("cpus:2.5;mem:5GiB")));
}

TEST(TaskCounts, OfNoTasksAreNothing) {
  MasterState state;
  state.agents.emplace_back();
  EXPECT_TRUE(count_tasks(state).by_state.empty());
  EXPECT_EQ(count_tasks(state).used, Quantities{});
}

}  // namespace
}  // namespace fairlead

#include "common/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

TaskSpec good_task() {
  TaskSpec spec;
  spec.id = {"t1"};
  spec.command.argv = {"true"};
  spec.resources = parse_resources("cpus:1;mem:64MiB").value();
  return spec;
}

TEST(TaskStates, TerminalStatesAreFinal) {
  for (TaskState terminal : {TaskState::kFinished, TaskState::kFailed, TaskState::kKilled,
                             TaskState::kError, TaskState::kDropped, TaskState::kGone}) {
    for (int to = 0; to <= static_cast<int>(TaskState::kUnknown); ++to) {
      EXPECT_FALSE(is_legal_edge(terminal, static_cast<TaskState>(to))) << to_string(terminal);
    }
  }
}

TEST(TaskStates, AnAgentsWordCorrectsAnOperatorsMistake) {
  EXPECT_TRUE(is_legal_edge(TaskState::kGoneByOperator, TaskState::kRunning));
  EXPECT_TRUE(is_legal_edge(TaskState::kGoneByOperator, TaskState::kFinished));
}

TEST(TaskStates, TimeOnlyMovesOn) {
  EXPECT_TRUE(is_legal_edge(TaskState::kStaging, TaskState::kRunning));
  EXPECT_TRUE(is_legal_edge(TaskState::kRunning, TaskState::kRunning));
  EXPECT_FALSE(is_legal_edge(TaskState::kRunning, TaskState::kStarting));
  EXPECT_FALSE(is_legal_edge(TaskState::kKilling, TaskState::kRunning));
  EXPECT_TRUE(is_legal_edge(TaskState::kUnreachable, TaskState::kRunning));
}

TEST(TaskValidation, AcceptsAnOrdinaryTask) {
  EXPECT_TRUE(validate(good_task()).ok());
}

TEST(TaskValidation, SaysWhichTaskAndWhichFieldIsWrong) {
  TaskSpec spec = good_task();
  spec.limits.memory_kib = 1;
  EXPECT_EQ(validate(spec).error().message,
            "task 't1': limits.mem: expected at least the requested mem, got \"1KiB\"");
  spec = good_task();
  spec.command.argv.clear();
  EXPECT_THAT(validate(spec).error().message, testing::HasSubstr("'t1': command"));
}

TEST(TaskValidation, NeverShowsTheValueOfAVariable) {
  TaskSpec spec = good_task();
  spec.command.environment = {{"TOKEN=", "hunter2"}};
  EXPECT_THAT(validate(spec).error().message, testing::Not(testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace fairlead

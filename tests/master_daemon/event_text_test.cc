#include "master/daemon/event_text.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

std::string name_of(std::string_view id, std::string_view known, const char* name) {
  return id == known ? name : std::string();
}

std::string said(const PublishEvent& event) {
  return sentence_of(
      view_of(event, 1, {}),
      {.hostname_of = [](std::string_view id) { return name_of(id, "a1", "node-2"); },
       .framework_name_of = [](std::string_view id) { return name_of(id, "f1", "batch"); }});
}

PublishEvent about_task(const std::string& kind, TaskState state, const std::string& message) {
  TaskStatus status;
  status.framework = {"f1"};
  status.task = {"j3.main.0"};
  status.attempt = 2;
  status.agent = {"a1"};
  status.state = state;
  status.message = message;
  return {.kind = kind, .subject = "f1/j3.main.0", .text = {}, .status = status};
}

PublishEvent about(const std::string& kind, const std::string& subject, const std::string& text) {
  return {.kind = kind, .subject = subject, .text = text, .status = {}};
}

TEST(EventText, ATaskSaysWhoseItIsWhereItIsAndWhy) {
  EXPECT_EQ(said(about_task("task_launched", TaskState::kStaging, "")),
            "task j3.main.0 of batch (attempt 2) was sent to node-2");
  EXPECT_EQ(said(about_task("task_updated", TaskState::kRunning, "")),
            "task j3.main.0 of batch (attempt 2) runs on node-2");
  EXPECT_EQ(said(about_task("task_updated", TaskState::kFailed, "exit code 7")),
            "task j3.main.0 of batch (attempt 2) failed on node-2: exit code 7");
}

TEST(EventText, WithoutAMessageTheReasonIsTheWhy) {
  PublishEvent event = about_task("task_updated", TaskState::kDropped, "");
  event.status->reason = TaskReason::kAgentOverloaded;
  EXPECT_EQ(said(event),
            "task j3.main.0 of batch (attempt 2) was never started on node-2: AGENT_OVERLOADED");
}

TEST(EventText, UnknownIdsStandForThemselves) {
  PublishEvent event = about_task("task_updated", TaskState::kRunning, "");
  event.status->framework = {"f9"};
  event.status->agent = {"a9"};
  EXPECT_EQ(said(event), "task j3.main.0 of f9 (attempt 2) runs on a9");
}

TEST(EventText, AgentsAreNamedByHostAndId) {
  EXPECT_EQ(said(about("agent_added", "a7", "node-7")),
            "agent node-7 (a7) joined the cluster: its resources are offered");
  EXPECT_EQ(said(about("agent_paused", "a1", "deactivated by an operator")),
            "agent node-2 (a1) gets no new tasks: deactivated by an operator");
  EXPECT_EQ(said(about("agent_resumed", "a1", "")), "agent node-2 (a1) takes new tasks again");
}

TEST(EventText, FrameworksAndMastersAreNamed) {
  EXPECT_EQ(said(about("framework_added", "f1", "batch")), "framework batch (f1) was admitted");
  EXPECT_EQ(said(about("framework_removed", "f1", "torn down by an operator")),
            "framework batch (f1) was removed and its tasks are killed: torn down by an operator");
  EXPECT_EQ(said(about("master_started", "c1", "epoch 3")), "a master leads cluster c1: epoch 3");
}

/// Every kind that the master publishes has words of its own.
TEST(EventText, NoKindOfTheMasterIsSaidAsItsBareName) {
  for (const char* kind :
       {"agent_added", "agent_registered", "agent_refused", "agent_unreachable", "agent_gone",
        "agent_paused", "agent_resumed", "framework_added", "framework_subscribed",
        "framework_disconnected", "framework_removed", "master_started", "allocator_reject"}) {
    EXPECT_EQ(said(about(kind, "x", "why")).find(kind), std::string::npos) << kind;
  }
  EXPECT_EQ(said(about("new_kind", "x", "why")), "new_kind x: why");
}

}  // namespace
}  // namespace fairlead

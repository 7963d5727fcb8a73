// What the SDK makes of what it hears about launches: replays after a restart, statuses and their
// acknowledgements. Texts as in sdk_core_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frameworks/sdk/launch_record.h"
#include "tests/sdk/sdk_world.h"

namespace fairlead::sdk {
namespace {

TEST(SdkReplay, ALaunchOfUnknownOutcomeIsAskedForAndMeansDroppedWhenNobodyKnowsIt) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.persist();
  world.start();
  EXPECT_EQ(world.seen(), "recovered(f1 t1/1) ");
  world.said();
  world.subscribed();
  EXPECT_EQ(world.said(), "reconcile(t1/1) | ");
  world.update("t1", 1, TaskState::kUnknown, 0);
  world.persist();
  EXPECT_EQ(world.seen(), "subscribed(1) TASK_DROPPED(t1/1) ");
  EXPECT_TRUE(world.core->live_launches().empty());
}

TEST(SdkReplay, ATaskThatRanAndThatNobodyKnowsIsGone) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.update("t1", 1, TaskState::kRunning, 1);
  world.persist();
  world.start();
  world.subscribed();
  world.seen();
  world.update("t1", 1, TaskState::kUnknown, 0);
  EXPECT_EQ(world.seen(), "TASK_GONE(t1/1) ");
}

TEST(SdkReplay, AnAnswerThatNamesNoAgentSaysNothingAboutALaunch) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.update("t1", 1, TaskState::kRunning, 1);
  world.persist();
  world.seen();
  world.said();
  // The answer to a kill, from a master that has not looked at the agent.
  world.update("t1", 1, TaskState::kUnknown, 0, "");
  EXPECT_EQ(world.seen(), "");
  EXPECT_EQ(world.core->live_launches().size(), 1U);
  world.advance(seconds(10));
  EXPECT_THAT(world.said(), testing::HasSubstr("reconcile(t1/1)"));
}

TEST(SdkReplay, AsksAgainForLaunchesWithoutAnAnswer) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.persist();
  world.start();
  world.subscribed();
  world.said();
  world.advance(seconds(10));
  EXPECT_EQ(world.said(), "reconcile(t1/1) | ");
  world.update("t1", 1, TaskState::kRunning, 1);
  world.persist();
  world.said();
  world.advance(seconds(20));
  EXPECT_EQ(world.said(), "");
}

TEST(SdkReplay, AnUnreachableTaskIsAskedForUntilItsAgentIsBack) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.persist();
  world.start();
  world.subscribed();
  // A new leader that has not heard the agent yet, and knows nothing of its tasks.
  world.update("t1", 1, TaskState::kUnreachable, 0);
  world.persist();
  world.said();
  world.advance(seconds(10));
  EXPECT_EQ(world.said(), "reconcile(t1/1) | ");
  world.seen();
  world.update("t1", 1, TaskState::kGone, 0);
  world.persist();
  EXPECT_EQ(world.seen(), "TASK_GONE(t1/1) ");
  world.advance(seconds(20));
  EXPECT_EQ(world.said(), "");
}

TEST(SdkStatus, IsAcknowledgedAfterWhatItsCallbackWroteIsDurable) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.persist();
  world.said();
  world.scheduler.status = [](const TaskStatus&, SchedulerActions& actions) {
    actions.persist({}, {{"result", Bytes{1}}});
  };
  world.update("t1", 1, TaskState::kFinished, 1);
  EXPECT_EQ(world.said(), "");
  world.persist();
  EXPECT_EQ(world.said(), "ack(t1/1#1) | ");
  EXPECT_TRUE(world.store.contains("app/result"));
  EXPECT_FALSE(world.store.contains("sdk/launch/t1/1"));
}

TEST(SdkStatus, ALostAcknowledgementIsRepeatedButTheSchedulerSeesTheUpdateOnce) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.update("t1", 1, TaskState::kRunning, 1);
  world.update("t1", 1, TaskState::kRunning, 1);
  world.update("t1", 1, TaskState::kFinished, 2);
  world.update("t1", 1, TaskState::kFinished, 2);
  world.persist();
  EXPECT_EQ(world.seen(), "offers(1) TASK_RUNNING(t1/1) TASK_FINISHED(t1/1) ");
  EXPECT_EQ(world.core->counters().statuses_repeated, 2u);
  world.start();
  world.subscribed();
  world.said();
  world.seen();
  world.update("t1", 1, TaskState::kFinished, 2);
  world.persist();
  EXPECT_EQ(world.said(), "ack(t1/1#2) | ");
  EXPECT_EQ(world.seen(), "");
}

TEST(SdkStatus, ATaskWithoutARecordIsAdoptedAndSeen) {
  SdkWorld world;
  world.come_up();
  world.update("ghost", 3, TaskState::kRunning, 4);
  world.persist();
  EXPECT_EQ(world.seen(), "TASK_RUNNING(ghost/3) ");
  EXPECT_EQ(world.core->live_launches().size(), 1u);
}

}  // namespace
}  // namespace fairlead::sdk

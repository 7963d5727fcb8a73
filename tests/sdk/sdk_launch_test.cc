// The SDK's promises of launches, gangs and kills, one test each. The expected texts are what left
// for the master and what the scheduler saw; "|" ends an envelope.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "frameworks/sdk/launch_record.h"
#include "tests/sdk/sdk_world.h"

namespace fairlead::sdk {
namespace {

TEST(SdkLaunch, LeavesAfterItsRecordIsDurableWithTheRestOfTheDemand) {
  SdkWorld world;
  world.come_up();
  world.act([](SchedulerActions& actions) { actions.set_demand({"r"}, wanted(2)); });
  world.said();
  world.scheduler.offers = [](std::span<const Offer> offers, SchedulerActions& actions) {
    actions.set_demand({"r"}, wanted(1));
    actions.accept({.offers = {offers.front().id}, .launches = {launch_of("t1")}});
    actions.persist({7}, {{"job", Bytes{1}}});
  };
  world.offer(1);
  EXPECT_EQ(world.said(), "");
  world.persist();
  EXPECT_EQ(world.said(), "accept(1:t1/1) demand(r:s*1) | ");
  EXPECT_TRUE(world.store.contains("sdk/launch/t1/1"));
  EXPECT_TRUE(world.store.contains("app/job"));
  EXPECT_EQ(world.seen(), "offers(1) persisted(7) ");
}

TEST(SdkLaunch, WithoutTheRecordItLeavesAtOnce) {
  SdkOptions options = SdkWorld::defaults();
  options.write_ahead = false;
  SdkWorld world(options);
  come_up_with_launch(world, "t1");
  EXPECT_EQ(world.said(), "accept(1:t1/1) | ");
}

TEST(SdkLaunch, ASecondAttemptIsDroppedWhileTheFirstMayRun) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  launch_on_offers(world, "t1", 2);
  world.offer(2);
  world.persist();
  EXPECT_EQ(world.said(), "accept(1:t1/1) | accept(2) | ");
  EXPECT_EQ(world.seen(), "offers(1) offers(1) TASK_DROPPED(t1/2) ");
}

TEST(SdkLaunch, ARepeatedAttemptIsTheAuthorsMistake) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.offer(2);
  world.persist();
  EXPECT_EQ(world.said(), "accept(1:t1/1) accept(2) | ");
  EXPECT_EQ(world.seen(), "offers(1) offers(1) refused(conflict) ");
}

TEST(SdkLaunch, ASecondAttemptIsAllowedOnceTheFirstIsUnreachable) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.update("t1", 1, TaskState::kRunning, 1);
  world.update("t1", 1, TaskState::kUnreachable, 0);
  launch_on_offers(world, "t1", 2);
  world.offer(2, "a2");
  world.persist();
  EXPECT_EQ(world.said(), "accept(1:t1/1) | ack(t1/1#1) | accept(2:t1/2) | ");
}

TEST(SdkLaunch, SessionThatEndsBeforeItLeavesDropsIt) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.step(LinkBroken{"cut"});
  world.persist();
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(world.seen(), "offers(1) disconnected TASK_DROPPED(t1/1) ");
  EXPECT_FALSE(world.store.contains("sdk/launch/t1/1"));
}

TEST(SdkLaunch, OnAnExpiredOfferIsDroppedHere) {
  SdkWorld world;
  world.come_up();
  world.offer(1);
  world.advance(seconds(10));
  world.act([](SchedulerActions& actions) {
    actions.accept({.offers = {{1}}, .launches = {launch_of("t1")}});
  });
  world.persist();
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(world.seen(), "offers(1) rescinded(1) TASK_DROPPED(t1/1) ");
}

TEST(SdkLaunch, ThatIsRefusedHereIsDroppedInTheNextLifeWhenThisOneEndsBeforeItsAnswerIsDurable) {
  SdkWorld world;
  world.come_up();
  world.offer(1);
  world.advance(seconds(10));
  world.act([](SchedulerActions& actions) {
    actions.accept({.offers = {{1}}, .launches = {launch_of("t1")}});
    actions.persist({}, {{"t1", Bytes{'l', 'a', 'u', 'n', 'c', 'h', 'e', 'd'}}});
  });
  world.persist_one();
  EXPECT_TRUE(world.store.contains("app/t1"));
  world.start();
  world.persist();
  EXPECT_EQ(world.seen(), "recovered(f1 t1/1 t1) TASK_DROPPED(t1/1) ");
  EXPECT_FALSE(world.store.contains("sdk/launch/t1/1"));
}

/// On the first two offers, one task each.
void launch_gang_on_offers(SdkWorld& world, const std::string& one, const std::string& other) {
  world.scheduler.offers = [one, other](std::span<const Offer> offers, SchedulerActions& actions) {
    if (offers.size() < 2) return;
    actions.accept_gang(
        {{.offers = {offers[0].id}, .launches = {launch_of(one)}, .refuse_for = {}},
         {.offers = {offers[1].id}, .launches = {launch_of(other)}, .refuse_for = {}}});
  };
}

TEST(SdkGang, LeavesAsOneAfterTheRecordsOfAllItsTasksAreDurable) {
  SdkWorld world;
  world.come_up();
  launch_gang_on_offers(world, "t1", "t2");
  world.offers({{1, "a1"}, {2, "a2"}});
  EXPECT_EQ(world.said(), "");
  world.persist();
  EXPECT_EQ(world.said(), "gang(accept(1:t1/1) accept(2:t2/1)) | ");
  EXPECT_TRUE(world.store.contains("sdk/launch/t1/1"));
  EXPECT_TRUE(world.store.contains("sdk/launch/t2/1"));
}

TEST(SdkGang, ComesBackWholeWhenOneOfItsTasksMayStillRun) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.persist();
  world.said();
  world.seen();
  world.scheduler.offers = [](std::span<const Offer> offers, SchedulerActions& actions) {
    actions.accept_gang(
        {{.offers = {offers[0].id}, .launches = {launch_of("t1", 2)}, .refuse_for = {}},
         {.offers = {offers[1].id}, .launches = {launch_of("t2")}, .refuse_for = {}}});
  };
  world.offers({{2, "a1"}, {3, "a2"}});
  world.persist();
  EXPECT_EQ(world.said(), "accept(2) accept(3) | ") << "its offers go back";
  EXPECT_EQ(world.seen(), "offers(2) TASK_DROPPED(t1/2) TASK_DROPPED(t2/1) ");
}

TEST(SdkKill, IsRepeatedInTheNextSessionUntilTheTaskIsOver) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.persist();
  world.act([](SchedulerActions& actions) { actions.kill({"t1"}, 1); });
  world.step(LinkBroken{"cut"});
  world.advance(seconds(1));
  world.said();
  world.subscribed();
  EXPECT_EQ(world.said(), "kill(t1/1) reconcile(t1/1) | ");
  world.update("t1", 1, TaskState::kKilled, 1);
  world.persist();
  world.step(LinkBroken{"cut"});
  world.advance(seconds(1));
  world.said();
  world.subscribed();
  EXPECT_EQ(world.said(), "");
}

TEST(SdkKill, APreemptedTaskIsNamedSoAlsoWhenItIsRepeated) {
  SdkWorld world;
  world.come_up();
  launch_on_offers(world, "t1");
  world.offer(1);
  world.persist();
  world.act([](SchedulerActions& actions) { actions.preempt({"t1"}, 1); });
  world.step(LinkBroken{"cut"});
  world.advance(seconds(1));
  world.said();
  world.subscribed();
  EXPECT_EQ(world.said(), "preempt(t1/1) reconcile(t1/1) | ");
}

}  // namespace
}  // namespace fairlead::sdk

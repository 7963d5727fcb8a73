// The SDK's promises, one test each. The expected texts are what left for the master and what the
// scheduler saw; "|" ends an envelope.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "frameworks/sdk/launch_record.h"
#include "tests/sdk/sdk_world.h"

namespace fairlead::sdk {
namespace {

TEST(SdkSession, FirstSubscribeHasNoIdAndTheGivenOneIsDurableBeforeAnythingElseLeaves) {
  SdkWorld world;
  EXPECT_EQ(world.said(), "subscribe() | ");
  world.subscribed();
  world.act([](SchedulerActions& actions) { actions.set_demand({"r"}, wanted(3)); });
  EXPECT_EQ(world.said(), "");
  world.persist();
  EXPECT_EQ(world.said(), "demand(r:s*3) | ");
  EXPECT_EQ(world.seen(), "recovered() subscribed(1) ");
}

TEST(SdkSession, ComesBackUnderItsIdAfterARestart) {
  SdkWorld world;
  world.come_up();
  world.start();
  EXPECT_EQ(world.said(), "subscribe(f1) | ");
}

TEST(SdkSession, SubscribesUnderTheIdThatItWasGivenAlsoBeforeThatIsDurable) {
  SdkWorld world;
  world.subscribed();
  world.said();
  world.step(LinkBroken{"cut"});
  world.step(LinkRestored{});
  world.advance(seconds(1));
  EXPECT_EQ(world.said(), "subscribe(f1) | ") << "without it another leader gives another id";
}

TEST(SdkSession, NothingIsSaidBeforeTheRowThatBeginsTheLifeIsDurable) {
  SdkWorld world;
  world.store.clear();
  world.begin({5000});
  world.step(LinkRestored{});
  world.advance(seconds(60));
  EXPECT_EQ(world.said(), "");
  world.persist();
  EXPECT_EQ(world.said(), "subscribe() | ");
  EXPECT_EQ(decode_life(world.store.at(std::string(kLifeKey)))->session.number, 5000U);
}

TEST(SdkSession, OfALaterLifeAreHigherAlsoWhenItsClockIsBehind) {
  SdkWorld world;
  world.begin({1'000'000});
  world.persist();
  world.step(LinkRestored{});
  world.advance(seconds(60));
  const Session before = world.session;
  world.begin({3});  // another host leads, years behind
  world.persist();
  EXPECT_GT(world.session, before);
}

TEST(SdkSession, TheSchedulerHearsOfADrainAsSoonAsItIsSubscribed) {
  SdkWorld world;
  world.subscribed();
  world.master_says(AgentDraining{{"a1"}, "host", seconds(60)});
  EXPECT_EQ(world.seen(), "recovered() subscribed(1) draining(a1) ");
}

TEST(SdkSession, TheSchedulerHearsOfAReclaimAndOfItsEnd) {
  SdkWorld world;
  world.subscribed();
  world.master_says(ReclaimResources{.reclaim = {3}, .role = {"r"}, .agent = {"a1"}});
  world.master_says(ReclaimCancelled{{3}, "there is room"});
  EXPECT_EQ(world.seen(), "recovered() subscribed(1) reclaim(3 a1) reclaim_ended(3) ");
}

TEST(SdkSession, TheSchedulerIsAskedToLeaveAnAgentAndItsAnswerGoesToTheMaster) {
  SdkWorld world;
  world.come_up();
  world.said();
  world.master_says(InverseOffers{
      {{.window = {"w-1-1"}, .agent = {"a1"}}, {.window = {"w-1-1"}, .agent = {"a2"}}}});
  EXPECT_EQ(world.said(), "answer(a1 accepts) answer(a2 accepts) | ");
  world.master_says(InverseOffersWithdrawn{{"w-1-1"}, "cancelled"});
  EXPECT_THAT(world.seen(), testing::EndsWith("inverse_offer(w-1-1 a1) inverse_offer(w-1-1 a2) "
                                              "withdrawn(w-1-1) "));
}

TEST(SdkSession, TheSchedulerHearsThatADemandIsImpossible) {
  SdkWorld world;
  world.subscribed();
  world.master_says(DemandImpossible{{"r"}, "big", "too large"});
  EXPECT_EQ(world.seen(), "recovered() subscribed(1) impossible(big: too large) ");
}

TEST(SdkSession, OperationsLeaveWithTheirOfferAndAreAnsweredOnce) {
  SdkWorld world;
  world.come_up();
  world.offer(7);
  const AcceptOperations reserve{
      "op", {{7}}, {operation::Reserve{*parse_amounts("cpus:1"), {"r"}, {}, {}}}};
  world.act([&](SchedulerActions& actions) { actions.operate(reserve); });
  EXPECT_EQ(world.said(), "operate(op 7) | ");
  // The offer is used: a second one comes back at once, and does not leave.
  world.act([&](SchedulerActions& actions) { actions.operate(reserve); });
  EXPECT_EQ(world.said(), "");
  world.master_says(OperationsAnswer{"op", {"a1"}, ""});
  EXPECT_EQ(world.seen(), "offers(1) operations(op refused) operations(op done) ");
}

TEST(SdkSession, TellsTheMasterOfWhichAgentsItWantsToHear) {
  SdkOptions options = SdkWorld::defaults();
  options.info.capabilities.revocable = true;
  options.offer_constraints = {{{"r"}, {{{"gpu", ConstraintRule::kExists, ""}}}}};
  SdkWorld world(options);
  world.persist();
  const Subscribe& said = world.subscribe;
  EXPECT_TRUE(said.framework.capabilities.revocable);
  EXPECT_EQ(said.offer_constraints, options.offer_constraints);
}

TEST(SdkSession, RepeatsTheSubscribeWithGrowingPauses) {
  SdkWorld world;
  std::vector<std::int64_t> pauses_ms;
  for (int i = 0; i < 4; ++i) {
    const Duration pause = world.core->next_deadline() - world.now;
    pauses_ms.push_back(pause.ms());
    world.advance(pause);
  }
  EXPECT_EQ(world.core->counters().subscribes, 5u);
  for (std::size_t i = 0; i < pauses_ms.size(); ++i) {
    const std::int64_t base = 250LL << i;
    EXPECT_GE(pauses_ms[i], base);
    EXPECT_LE(pauses_ms[i], base + base / 4);
  }
}

TEST(SdkSession, ARepeatedSubscribeStaysInItsSessionUntilTheLinkBreaks) {
  SdkWorld world;
  const Session first = world.session;
  world.advance(seconds(1));
  EXPECT_EQ(world.core->counters().subscribes, 2u);
  EXPECT_EQ(world.session, first);
  world.step(LinkBroken{"cut"});
  world.step(LinkRestored{});
  world.advance(seconds(1));
  EXPECT_GT(world.session, first);
}

TEST(SdkSession, OneOfAFewFrameworksSubscribesAtOnceWhenItsLinkIsBack) {
  SdkWorld world;
  world.come_up();
  world.step(LinkBroken{"cut"});
  world.advance(seconds(1));
  world.said();
  world.step(LinkRestored{});
  world.advance({});
  EXPECT_EQ(world.said(), "subscribe(f1) | ");
}

TEST(SdkSession, OneOfAThousandFrameworksSubscribesInItsSlot) {
  std::set<Instant> slots;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SdkOptions options = SdkWorld::defaults();
    options.seed = seed;
    SdkWorld world(options);
    world.come_up();
    // Said again as the number has grown; it changes nothing else.
    world.master_says(
        Subscribed{.framework = {"f1"}, .cluster = {"c"}, .epoch = {1}, .frameworks = 1'000});
    EXPECT_TRUE(world.core->is_subscribed());
    world.step(LinkBroken{"cut"});
    world.said();
    world.step(LinkRestored{});
    slots.insert(world.core->next_deadline());
    world.advance(milliseconds(125));
    EXPECT_EQ(world.said(), "subscribe(f1) | ");
  }
  EXPECT_GT(slots.size(), 15U);
}

TEST(SdkSession, DemandIsSaidAgainInEverySessionBeforeOffersMayCome) {
  SdkWorld world;
  world.come_up();
  world.act([](SchedulerActions& actions) { actions.set_demand({"r"}, wanted(3)); });
  world.said();
  world.step(LinkBroken{"cut"});
  world.advance(seconds(1));
  EXPECT_EQ(world.said(), "subscribe(f1 -r) | ");
  world.subscribed();
  EXPECT_EQ(world.said(), "demand(r:s*3) revive(r) | ");
  EXPECT_EQ(world.seen(), "disconnected subscribed(1) ");
}

TEST(SdkSession, DemandThatNoEnvelopeTakesIsRefusedAndTheOneBeforeItStays) {
  SdkWorld world;
  world.come_up();
  world.act([](SchedulerActions& actions) { actions.set_demand({"r"}, wanted(3)); });
  world.said();
  world.act([](SchedulerActions& actions) {
    std::vector<DemandShape> shapes(40, wanted(1).front());
    Constraint constraint{.attribute = "a", .rule = ConstraintRule::kEquals, .value = {}};
    constraint.value.assign(4'000, 'v');
    for (DemandShape& shape : shapes) shape.constraints.assign(32, constraint);
    actions.set_demand({"r"}, std::move(shapes));
  });
  EXPECT_EQ(world.said(), "");
  EXPECT_NE(world.seen().find("refused(exhausted)"), std::string::npos);
  world.step(LinkBroken{"cut"});
  world.advance(seconds(1));
  world.said();
  world.subscribed();
  EXPECT_EQ(world.said(), "demand(r:s*3) revive(r) | ");
}

TEST(SdkSession, SilenceOfThreeHeartbeatsBreaksTheSession) {
  SdkWorld world;
  world.master_says(Subscribed{
      .framework = {"f1"}, .cluster = {"c"}, .epoch = {1}, .heartbeat_every = seconds(1)});
  world.persist();
  world.said();
  world.advance(seconds(1));
  EXPECT_EQ(world.said(), "heartbeat | ");
  world.master_says(HeartbeatEcho{});
  world.advance(milliseconds(2999));
  EXPECT_TRUE(world.core->is_subscribed());
  world.advance(milliseconds(1));
  EXPECT_FALSE(world.core->is_subscribed());
}

TEST(SdkSession, FatalRefusalEndsTheFrameworkAndSaysWhy) {
  SdkWorld world;
  world.master_says(FrameworkRefused{{ErrorCode::kDenied, "role r is not yours"}, true});
  EXPECT_EQ(world.end_reason, "the master refused this framework: role r is not yours");
}

TEST(SdkSession, AnotherClusterIsNotJoined) {
  SdkWorld world;
  world.come_up();
  world.start();
  world.master_says(Subscribed{.framework = {"f1"}, .cluster = {"other"}, .epoch = {1}});
  EXPECT_TRUE(world.ended());
}

TEST(SdkEpoch, LowerOnesAreDroppedAlsoAfterARestart) {
  SdkWorld world;
  world.come_up(5);
  world.start();
  world.master_says(Subscribed{.framework = {"f1"}, .cluster = {"c"}, .epoch = {4}}, 4);
  EXPECT_FALSE(world.core->is_subscribed());
  EXPECT_EQ(world.core->counters().envelopes_stale, 1u);
  world.subscribed(6);
  EXPECT_TRUE(world.core->is_subscribed());
}

TEST(SdkEpoch, AHigherOneInTheMiddleMeansANewLeader) {
  SdkWorld world;
  world.come_up(1);
  world.master_says(Offers{}, 2);
  EXPECT_FALSE(world.core->is_subscribed());
  EXPECT_EQ(world.seen(), "disconnected ");
}

TEST(SdkStore, ARefusedWriteEndsTheFrameworkBeforeAnythingLeaves) {
  SdkWorld world;
  come_up_with_launch(world, "t1");
  world.step(StoreWritten{{2}, WriteOutcome::kRefused, "disk full"});
  EXPECT_EQ(world.said(), "");
  EXPECT_NE(world.end_reason.find("disk full"), std::string::npos);
}

TEST(SdkTeardown, IsSaidAfterItsIdWasForgotten) {
  SdkWorld world;
  world.come_up();
  world.act([](SchedulerActions& actions) { actions.teardown(); });
  EXPECT_EQ(world.said(), "");
  world.persist();
  EXPECT_EQ(world.said(), "teardown | ");
  EXPECT_TRUE(world.ended());
  EXPECT_FALSE(world.store.contains(std::string(kIdentityKey)));
}

}  // namespace
}  // namespace fairlead::sdk

// The simulated cluster itself: it converges, it repeats itself, and what its seeds draw is what
// the tool says it draws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulator/chaos/event_queue.h"
#include "simulator/chaos/summary.h"
#include "simulator/chaos/world.h"

namespace fairlead::chaos {
namespace {

constexpr std::uint32_t kEveryFault = (std::uint32_t{1} << kFaults) - 1;

RunOptions small_run(std::uint64_t seed) {
  return {.seed = seed, .minutes = 5, .agents = 6, .frameworks = 2};
}

std::string broken(const RunReport& report) {
  return report.violation ? report.violation->what : "";
}

TEST(EventQueue, WhatIsDueAtTheSameTimeHappensInTheOrderOfScheduling) {
  EventQueue queue;
  std::string order;
  queue.after(seconds(2), [&] { order += "c"; });
  queue.after(seconds(1), [&] {
    order += "a";
    queue.after({}, [&] { order += "x"; });
  });
  queue.after(seconds(1), [&] { order += "b"; });
  while (!queue.empty()) queue.run_next();
  EXPECT_EQ(order, "abxc");
  EXPECT_EQ(queue.now(), Instant{} + seconds(2));
}

TEST(FaultPlan, WhatIsLeftOutNeverStrikes) {
  Random random(1);
  FaultPlan plan(random, kEveryFault);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(plan.strikes(Fault::kLateBytes, random));
}

TEST(FaultPlan, LeavingOneFaultOutLeavesTheOthersAsTheyWere) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random one(seed);
    Random other(seed);
    FaultPlan all(one, 0);
    FaultPlan some(other, 1U << static_cast<unsigned>(Fault::kPause));
    EXPECT_EQ(all.has(Fault::kStorm), some.has(Fault::kStorm));
    EXPECT_EQ(one.next(), other.next());
  }
}

TEST(ChaosWorld, ServesEverythingWhenNothingFails) {
  RunOptions options = small_run(1);
  options.without = kEveryFault;
  RunReport report = run(options);
  EXPECT_EQ(broken(report), "");
  EXPECT_EQ(report.epochs, 1U);
  EXPECT_GT(report.tasks, 300U);
  EXPECT_THAT(report.faults, testing::Each(0U));
}

TEST(ChaosWorld, TheSameSeedHasTheSameTraceAndAnotherOneAnother) {
  std::string first;
  RunReport read = run(small_run(7), [&](std::string_view line) { first += line; });
  RunReport again = run(small_run(7));
  EXPECT_GT(first.size(), 10'000U);
  EXPECT_EQ(read.hash, again.hash);
  EXPECT_EQ(read.events, again.events);
  EXPECT_NE(run(small_run(8)).hash, again.hash);
}

TEST(ChaosWorld, ABatchOfSeedsBreaksNoPromiseAndSeesEveryFault) {
  Totals totals;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    RunReport report = run(small_run(seed));
    EXPECT_EQ(broken(report), "") << command_of(small_run(seed));
    totals.add(report);
  }
  EXPECT_EQ(totals.never_happened(), "");
}

class PlantedBug : public testing::TestWithParam<PlantRow> {};

TEST_P(PlantedBug, IsCaughtByItsChecker) {
  RunReport report;
  for (std::uint64_t seed = 1; seed <= 30 && !report.violation; ++seed) {
    RunOptions options = small_run(seed);
    options.plant = GetParam().plant;
    report = run(options);
  }
  ASSERT_TRUE(report.violation) << "nobody noticed";
  EXPECT_EQ(to_string(report.violation->promise), to_string(GetParam().caught_by))
      << report.violation->what;
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBug, testing::ValuesIn(kPlants),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace fairlead::chaos

// The simulated cluster itself: it converges, it repeats itself, and what its seeds draw is what
// the tool says it draws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "simulator/chaos/event_queue.h"
#include "simulator/chaos/shrink.h"
#include "simulator/chaos/summary.h"
#include "simulator/chaos/world.h"
#include "simulator/driver/batch.h"

namespace fairlead::chaos {
namespace {

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
  FaultPlan plan(random, {.without = kAllFaults});
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(plan.strikes(Fault::kLateBytes, random));
}

TEST(FaultPlan, LeavingOneFaultOutLeavesTheOthersAsTheyWere) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random one(seed);
    Random other(seed);
    FaultPlan all(one, {});
    FaultPlan some(other, {.without = 1U << static_cast<unsigned>(Fault::kPause)});
    EXPECT_EQ(all.has(Fault::kStorm), some.has(Fault::kStorm));
    EXPECT_EQ(one.next(), other.next());
  }
}

TEST(ChaosWorld, ServesEverythingWhenNothingFails) {
  RunOptions options = small_run(1);
  options.without = kAllFaults;
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
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RunReport report = run(small_run(seed));
    EXPECT_EQ(broken(report), "") << command_of(small_run(seed));
    totals.add(report);
  }
  EXPECT_EQ(totals.never_happened(), "");
}

/// Same numbers from either compiler at every level of optimisation.
TEST(ChaosWorld, TheHashOfASeedIsTheSameInEveryBuild) {
  std::string found;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) found += line_of(run(small_run(seed))) + "\n";
  const std::string path = std::string(FAIRLEAD_SOURCE_DIR) + "/tests/simulator/chaos_hashes.txt";
  if (std::getenv("FAIRLEAD_REWRITE") != nullptr) {
    std::ofstream(path) << found;
    FAIL() << "rewrote " << path;
  }
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), found)
      << "a change of any decision changes it: FAIRLEAD_REWRITE=1 takes the new ones over";
}

TEST(Batch, ReportsComeInTheOrderOfTheSeedsAndAreThoseOfSingleRuns) {
  Batch batch{.run = small_run(0), .seeds = {5, 9}, .jobs = 3};
  std::vector<RunReport> reports;
  run_batch(batch, [&](const RunReport& report) { reports.push_back(report); });
  ASSERT_EQ(reports.size(), 5U);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(line_of(reports[i]), line_of(run(small_run(5 + i))));
  }
}

TEST(Shrink, KeepsTheBrokenPromiseAndDropsWhatItDoesNotNeed) {
  RunOptions options = small_run(1);
  options.plant = Plant::kInflatedAgent;
  RunReport report = run(options);
  ASSERT_TRUE(report.violation);
  Shrunk small =
      shrink(options, report, 60, [](const RunOptions& smaller) { return run(smaller); });
  ASSERT_TRUE(small.report.violation);
  EXPECT_EQ(small.report.violation->promise, report.violation->promise);
  EXPECT_EQ(small.options.without, kAllFaults);
  EXPECT_EQ(small.options.minutes, 3);
  EXPECT_EQ(small.options.agents, 1U);
  EXPECT_EQ(small.options.masters, 1U);
}

TEST(Command, SaysEverythingThatIsNotAsUsual) {
  RunOptions options{.seed = 7, .minutes = 5, .agents = 6};
  options.without = 1U << static_cast<unsigned>(Fault::kPause);
  options.swarm = false;
  options.plant = Plant::kLostExit;
  EXPECT_EQ(command_of(options),
            "fairlead-sim chaos --seed 7 --minutes 5 --agents 6 --without pause --no-swarm "
            "--plant lost_exit");
}

class PlantedBug : public testing::TestWithParam<PlantRow> {};

TEST_P(PlantedBug, IsCaughtByItsChecker) {
  RunReport report;
  for (std::uint64_t seed = 1; seed <= 40 && !report.violation; ++seed) {
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

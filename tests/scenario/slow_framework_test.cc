// The promise of a slow framework (Omega paper, section 4.2): a service framework that takes long
// to decide costs the batch framework beside it nothing, when both declare what they want; with
// whole agents it does. Virtual time: nothing here depends on how fast the machine is.
#include <gtest/gtest.h>

#include "simulator/files/scenario_yaml.h"
#include "simulator/scenario/simulation.h"

namespace fairlead::scenario {
namespace {

Scenario scenario_of(const std::string& file) {
  Result<Scenario> scenario = read_scenario(FAIRLEAD_SOURCE_DIR "/simulator/scenarios/" + file);
  EXPECT_TRUE(scenario.ok()) << (scenario.ok() ? "" : scenario.error().message);
  return *scenario;
}

/// `decision` 0: without the service framework.
std::vector<FrameworkReport> run_with(Scenario scenario, Duration decision) {
  scenario.frameworks[1].decision.least = decision;
  if (decision == Duration{}) scenario.frameworks.pop_back();
  return run(scenario, *draw_jobs(scenario)).frameworks;
}

Duration mean_of(const Waits& waits) {
  Duration sum;
  for (Duration one : waits.at) sum = sum + one;
  return sum / 21;
}

/// Within 10 %: the mean and the 95th percentile of the wait for a job's last task.
void expect_no_longer(const FrameworkReport& now, const FrameworkReport& then) {
  EXPECT_EQ(now.jobs_abandoned, 0U);
  EXPECT_LE(mean_of(now.all_started) * 10, mean_of(then.all_started) * 11);
  EXPECT_LE(now.all_started.percentile(95) * 10, then.all_started.percentile(95) * 11);
}

class SlowFramework : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(SlowFramework, CostsABatchFrameworkNothingWhereThereIsRoomForBoth) {
  Scenario scenario = scenario_of("slow_framework.yaml");
  scenario.agents[0].count = 150;
  const auto beside = run_with(scenario, milliseconds(GetParam()));
  expect_no_longer(beside[0], run_with(scenario, {})[0]);
  EXPECT_EQ(beside[1].jobs_abandoned, 0U);
  EXPECT_GT(beside[0].jobs_done, 3'500U);
  EXPECT_GT(beside[1].jobs_done, 100U);
}

TEST_P(SlowFramework, CostsABatchFrameworkNoMoreThanAFastOneOnAFullCluster) {
  const Scenario scenario = scenario_of("slow_framework.yaml");
  const auto slow = run_with(scenario, milliseconds(GetParam()));
  expect_no_longer(slow[0], run_with(scenario, milliseconds(100))[0]);
  EXPECT_EQ(slow[1].jobs_abandoned, 0U);
  EXPECT_GT(slow[0].jobs_done, 3'500U);
  EXPECT_GT(slow[1].jobs_done, 100U);
}

INSTANTIATE_TEST_SUITE_P(DecisionMs, SlowFramework, ::testing::Values(100, 10'000, 100'000),
                         ::testing::PrintToStringParamName());

TEST(SlowFrameworkOfWholeAgents, LetsABatchFrameworkWait) {
  const Scenario scenario = scenario_of("slow_framework_whole_agents.yaml");
  const Duration slow = mean_of(run_with(scenario, seconds(10))[0].all_started);
  EXPECT_GT(slow, mean_of(run_with(scenario, {})[0].all_started) * 5) << "than alone";
  EXPECT_GT(slow, mean_of(run_with(scenario, milliseconds(100))[0].all_started) * 5)
      << "than beside a fast one";
}

}  // namespace
}  // namespace fairlead::scenario

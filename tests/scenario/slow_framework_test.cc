// The promise of GOALS' slow framework (Omega paper, section 4.2): a service framework that takes
// long to decide costs the batch framework beside it nothing, when both declare what they want;
// with whole agents it does. Virtual time: nothing here depends on how fast the machine is.
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

class SlowFramework : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(SlowFramework, CostsABatchFrameworkNothingWhenBothDeclareWhatTheyWant) {
  const Scenario scenario = scenario_of("slow_framework.yaml");
  const auto alone = run_with(scenario, {});
  const auto beside = run_with(scenario, milliseconds(GetParam()));
  EXPECT_EQ(beside[0].jobs_abandoned, 0U);
  EXPECT_EQ(beside[1].jobs_abandoned, 0U);
  EXPECT_GT(beside[0].jobs_done, 3'500U);
  EXPECT_GT(beside[1].jobs_done, 100U);
  // Within 10 %.
  EXPECT_LE(mean_of(beside[0].all_started) * 10, mean_of(alone[0].all_started) * 11);
  EXPECT_LE(beside[0].all_started.percentile(95) * 10, alone[0].all_started.percentile(95) * 11);
}

INSTANTIATE_TEST_SUITE_P(DecisionMs, SlowFramework, ::testing::Values(100, 10'000, 100'000),
                         ::testing::PrintToStringParamName());

TEST(SlowFrameworkOfWholeAgents, LetsABatchFrameworkWait) {
  const Scenario scenario = scenario_of("slow_framework_whole_agents.yaml");
  const auto alone = run_with(scenario, {});
  const auto beside = run_with(scenario, seconds(10));
  EXPECT_GT(mean_of(beside[0].all_started), mean_of(alone[0].all_started) * 5);
}

}  // namespace
}  // namespace fairlead::scenario

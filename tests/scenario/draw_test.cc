// Spans and jobs drawn from a seed by whole numbers.
#include "simulator/scenario/draw.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace fairlead::scenario {
namespace {

constexpr std::uint64_t kOne = std::uint64_t{1} << 32;  // of minus_log

TEST(MinusLog, KnowsPowersOfTwo) {
  const std::uint64_t ln2 = 0xB17217F8;  // ln 2 in 1/2^32
  EXPECT_EQ(minus_log(std::uint64_t{1} << 63), ln2);
  EXPECT_EQ(minus_log(std::uint64_t{1} << 62), 2 * ln2);
  EXPECT_EQ(minus_log(1), 64 * ln2);
}

TEST(MinusLog, IsExactToNineDigitsInBetween) {
  // u = 2^64 / e: -ln(u / 2^64) = 1.
  EXPECT_NEAR(static_cast<double>(minus_log(6'786'177'901'268'885'274ULL)) / kOne, 1.0, 1e-9);
  // u = 3 * 2^62: -ln(3/4) = 0.287682072451…
  EXPECT_NEAR(static_cast<double>(minus_log(std::uint64_t{3} << 62)) / kOne, 0.2876820724, 1e-9);
  EXPECT_EQ(minus_log(~std::uint64_t{0}), 0U);
}

/// Mean of many draws, and how many of them are above the law's mean.
struct Drawn {
  Duration mean;
  int above = 0;
};
Drawn draw_many(const SpanLaw& law, Duration above) {
  constexpr int kDraws = 100'000;
  Random random(7);
  std::int64_t sum = 0;
  Drawn drawn;
  for (int i = 0; i < kDraws; ++i) {
    const Duration one = draw(law, random);
    sum += one.ns / 1'000;
    if (one > above) ++drawn.above;
  }
  drawn.mean = microseconds(sum / kDraws);
  return drawn;
}

TEST(Exponential, HasItsMeanAndItsTail) {
  const Drawn drawn = draw_many({Law::kExponential, seconds(10), {}}, seconds(30));
  EXPECT_GT(drawn.mean, milliseconds(9'900));
  EXPECT_LT(drawn.mean, milliseconds(10'100));
  // e^-3 = 4.98 % are longer than three means.
  EXPECT_GT(drawn.above, 4'780);
  EXPECT_LT(drawn.above, 5'180);
}

TEST(Uniform, LiesBetweenItsEnds) {
  Random random(7);
  bool near_least = false;
  bool near_most = false;
  for (int i = 0; i < 10'000; ++i) {
    const Duration one = draw({Law::kUniform, seconds(10), seconds(20)}, random);
    ASSERT_GE(one, seconds(10));
    ASSERT_LE(one, seconds(20));
    near_least = near_least || one < milliseconds(10'010);
    near_most = near_most || one > milliseconds(19'990);
  }
  EXPECT_TRUE(near_least && near_most);
}

TEST(Fixed, DrawsNothing) {
  Random random(7);
  Random untouched(7);
  EXPECT_EQ(draw({Law::kFixed, seconds(10), {}}, random), seconds(10));
  EXPECT_EQ(random.next(), untouched.next());
}

TEST(Count, ReachesBothEnds) {
  Random random(7);
  std::vector<int> seen(4);
  for (int i = 0; i < 1'000; ++i) ++seen[draw(CountLaw{1, 3}, random)];
  EXPECT_EQ(seen[0], 0);
  for (std::size_t number = 1; number <= 3; ++number) EXPECT_GT(seen[number], 250);
}

Framework framework(const std::string& name, Arrivals arrivals) {
  Framework one{.name = name, .role = {name}};
  one.shapes = {{.name = "task", .amounts = {}, .constraints = {}}};
  arrivals.tasks = {{.shape = 0, .count = {1, 9}}};
  one.arrivals = {arrivals};
  return one;
}

TEST(Jobs, ComeAtGivenTimesAndEverySoOften) {
  Scenario scenario{.name = "s", .duration = seconds(10)};
  Arrivals at{.at = {Instant{seconds(3).ns}, Instant{seconds(11).ns}}};
  Arrivals every{.gap = seconds(4), .from = Instant{seconds(1).ns}};
  scenario.frameworks = {framework("a", at), framework("b", every)};
  const auto jobs = draw_jobs(scenario);
  ASSERT_TRUE(jobs.ok());
  std::vector<std::int64_t> times;
  for (const Job& job : *jobs) times.push_back((job.submit - Instant{}).ms());
  EXPECT_EQ(times, (std::vector<std::int64_t>{1'000, 3'000, 5'000, 9'000}));
}

TEST(Jobs, StopAtTheirCountAndTheirEnd) {
  Scenario scenario{.name = "s", .duration = seconds(100)};
  scenario.frameworks = {framework("a", {.gap = seconds(1), .count = 5}),
                         framework("b", {.gap = seconds(1), .until = Instant{seconds(3).ns}})};
  const auto jobs = draw_jobs(scenario);
  ASSERT_TRUE(jobs.ok());
  EXPECT_EQ(jobs->size(), 5U + 3U);
}

TEST(Jobs, OfOneFrameworkStayTheSameWithoutTheOthers) {
  const Framework a = framework("a", {.gap = seconds(5), .is_poisson = true});
  const Framework b = framework("b", {.gap = seconds(3), .is_poisson = true});
  const auto together = draw_jobs({.name = "s", .duration = seconds(600), .frameworks = {b, a}});
  const auto alone = draw_jobs({.name = "s", .duration = seconds(600), .frameworks = {a}});
  ASSERT_TRUE(together.ok() && alone.ok());
  std::vector<Job> of_a;
  for (const Job& job : *together) {
    if (job.framework == 1) of_a.push_back(job);
  }
  ASSERT_EQ(of_a.size(), alone->size());
  ASSERT_GT(of_a.size(), 80U);  // 120 are expected
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    EXPECT_EQ(of_a[i].submit, (*alone)[i].submit);
    EXPECT_EQ(of_a[i].parts[0].tasks, (*alone)[i].parts[0].tasks);
  }
}

TEST(Jobs, TooManyAreRefusedByName) {
  Scenario scenario{.name = "s", .duration = seconds(86'400)};
  scenario.frameworks = {framework("flood", {.gap = microseconds(1)})};
  const auto jobs = draw_jobs(scenario);
  ASSERT_FALSE(jobs.ok());
  EXPECT_EQ(jobs.error().message,
            "framework flood: more than 10000000 jobs; hint: make the gap between them longer or "
            "the run shorter");
}

TEST(Scaled, TakesAPartOfAgentsAndTasksAndLeavesOne) {
  Scenario scenario{.name = "s", .duration = seconds(1)};
  scenario.agents = {{.name = "few", .count = 10}, {.name = "many", .count = 5'000}};
  scenario.frameworks = {framework("a", {.gap = seconds(1)})};
  scenario.frameworks[0].arrivals[0].tasks[0].count = {100, 3'000};
  const Scenario small = scaled(scenario, {.part = 1, .whole = 1'000});
  EXPECT_EQ(small.agents[0].count, 1U);
  EXPECT_EQ(small.agents[1].count, 5U);
  EXPECT_EQ(small.frameworks[0].arrivals[0].tasks[0].count.least, 1U);
  EXPECT_EQ(small.frameworks[0].arrivals[0].tasks[0].count.most, 3U);
}

}  // namespace
}  // namespace fairlead::scenario

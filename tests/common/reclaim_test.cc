#include "common/reclaim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairlead {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

StandardAmounts cpus(std::int64_t milli, std::int64_t mem_kib = 0) {
  return {milli, mem_kib, 0, 0};
}

ReclaimNeed lacking(const StandardAmounts& amounts) {
  return {.lacking = amounts, .most = Quota{}.limits};
}

TEST(TasksToEnd, TheLowestPriorityFirstAndOfThoseTheYoungest) {
  std::vector<EndableTask> tasks = {{.priority = 1, .age = 9, .amounts = cpus(1000)},
                                    {.priority = 0, .age = 1, .amounts = cpus(1000)},
                                    {.priority = 0, .age = 2, .amounts = cpus(1000)}};
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking(cpus(1000))), ElementsAre(2));
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking(cpus(2000))), ElementsAre(2, 1));
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking(cpus(2001))), ElementsAre(2, 1, 0));
}

TEST(TasksToEnd, NobodyEndsWhenItWouldNotBeEnoughOrNothingIsLacking) {
  std::vector<EndableTask> tasks = {{.age = 1, .amounts = cpus(1000)}};
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking(cpus(1001))), IsEmpty());
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking(cpus(0, 1))), IsEmpty());
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking({})), IsEmpty());
}

TEST(TasksToEnd, OneThatALaterOneMakesNeedlessIsLetOff) {
  // The youngest has some of the cpus; the next one is needed for its mem, and has them all.
  std::vector<EndableTask> tasks = {{.age = 1, .amounts = cpus(2000, 512)},
                                    {.age = 2, .amounts = cpus(500)}};
  EXPECT_THAT(choose_tasks_to_end(tasks, lacking(cpus(2000, 512))), ElementsAre(0));
}

TEST(TasksToEnd, NoMoreThanMayBeTaken) {
  std::vector<EndableTask> tasks = {{.age = 1, .amounts = cpus(2000)},
                                    {.age = 2, .amounts = cpus(4000)}};
  ReclaimNeed need{.lacking = cpus(1000), .most = cpus(2000)};
  EXPECT_THAT(choose_tasks_to_end(tasks, need), ElementsAre(0));
  need.most = cpus(1999);
  EXPECT_THAT(choose_tasks_to_end(tasks, need), IsEmpty());
}

TEST(TasksToEnd, SmallOnesDoNotStandInTheWayOfTheOneThatWouldDo) {
  // Of 1 and 3 both would be more than 3.
  std::vector<EndableTask> tasks = {{.age = 1, .amounts = cpus(3000)},
                                    {.age = 2, .amounts = cpus(1000)}};
  EXPECT_THAT(choose_tasks_to_end(tasks, {.lacking = cpus(3000), .most = cpus(3000)}),
              ElementsAre(0));
}

RC_GTEST_PROP(TasksToEnd, AreEnoughWithinTheBoundAndNoneIsNeedless, ()) {
  auto few = *rc::gen::inRange<std::size_t>(0, 8);
  std::vector<EndableTask> tasks;
  for (std::size_t i = 0; i < few; ++i) {
    tasks.push_back({.priority = *rc::gen::inRange(-1, 2),
                     .age = *rc::gen::inRange<std::int64_t>(0, 5),
                     .amounts = cpus(*rc::gen::inRange<std::int64_t>(0, 5),
                                     *rc::gen::inRange<std::int64_t>(0, 5))});
  }
  ReclaimNeed need{
      .lacking = cpus(*rc::gen::inRange<std::int64_t>(0, 8), *rc::gen::inRange<std::int64_t>(0, 8)),
      .most = cpus(*rc::gen::inRange<std::int64_t>(0, 16), 100)};
  auto sum_without = [&](const std::vector<std::size_t>& chosen, std::size_t left_out) {
    StandardAmounts sum{};
    for (std::size_t task : chosen) {
      if (task == left_out) continue;
      for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += tasks[task].amounts[i];
    }
    return sum;
  };
  auto is_within = [](const StandardAmounts& a, const StandardAmounts& b) {
    return a[0] <= b[0] && a[1] <= b[1];
  };
  std::vector<std::size_t> chosen = choose_tasks_to_end(tasks, need);
  if (chosen.empty()) return;
  StandardAmounts sum = sum_without(chosen, tasks.size());
  RC_ASSERT(is_within(need.lacking, sum));
  RC_ASSERT(is_within(sum, need.most));
  for (std::size_t task : chosen) RC_ASSERT(!is_within(need.lacking, sum_without(chosen, task)));
}

}  // namespace
}  // namespace fairlead

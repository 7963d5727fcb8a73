// What a simulated framework starts on an offer, and what it says that it wants.
#include "simulator/scenario/task_queue.h"

#include <gtest/gtest.h>

#include "common/limits.h"

namespace fairlead::scenario {
namespace {

Shape shape(const std::string& name, const std::string& amounts, std::int32_t priority = 0) {
  return {.name = name,
          .amounts = parse_amounts(amounts).value(),
          .constraints = {},
          .priority = priority};
}

Quantities room(const std::string& amounts) {
  return parse_amounts(amounts)->scalars;
}

/// "job.part xTASKS from FIRST" of each.
std::vector<std::string> texts(const std::vector<Start>& starts) {
  std::vector<std::string> out;
  for (const Start& one : starts) {
    out.push_back(std::to_string(one.job) + "." + std::to_string(one.part) + " x" +
                  std::to_string(one.tasks) + " from " + std::to_string(one.first));
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(TaskQueue, FirstComeFirstServedWithinAShape) {
  const std::vector<Shape> shapes = {shape("task", "cpus:1")};
  TaskQueue queue(shapes);
  queue.add(0, {{.shape = 0, .tasks = 3}});
  queue.add(1, {{.shape = 0, .tasks = 3}});
  EXPECT_EQ(texts(queue.choose(room("cpus:2"), {})), (Texts{"0.0 x2 from 0"}));
  EXPECT_EQ(texts(queue.choose(room("cpus:3"), {})), (Texts{"0.0 x1 from 2", "1.0 x2 from 0"}));
  EXPECT_EQ(queue.waiting(0), 1U);
}

TEST(TaskQueue, WhatIsPutBackComesBeforeTheRestOfItsJob) {
  const std::vector<Shape> shapes = {shape("task", "cpus:1")};
  TaskQueue queue(shapes);
  queue.add(0, {{.shape = 0, .tasks = 2}});
  queue.add(1, {{.shape = 0, .tasks = 3}});
  queue.choose(room("cpus:3"), {});
  queue.put_back(1, 0, 0, 0);
  queue.put_back(0, 0, 0, 1);
  EXPECT_EQ(queue.waiting(0), 4U);
  EXPECT_EQ(texts(queue.choose(room("cpus:3"), {})),
            (Texts{"0.0 x1 from 1", "1.0 x1 from 0", "1.0 x1 from 1"}));
  queue.put_back(1, 0, 0, 0);
  queue.remove(1, {{.shape = 0, .tasks = 3}});
  EXPECT_TRUE(queue.empty());
}

TEST(TaskQueue, TheShapeOfTheOldestJobFirstThenWhatFitsBesideIt) {
  const std::vector<Shape> shapes = {shape("small", "cpus:1"), shape("large", "cpus:3")};
  TaskQueue queue(shapes);
  queue.add(0, {{.shape = 1, .tasks = 9}});
  queue.add(1, {{.shape = 0, .tasks = 9}});
  EXPECT_EQ(texts(queue.choose(room("cpus:8"), {})), (Texts{"0.0 x2 from 0", "1.0 x2 from 0"}));
}

TEST(TaskQueue, PriorityBeatsAge) {
  const std::vector<Shape> shapes = {shape("old", "cpus:1"), shape("urgent", "cpus:1", 1)};
  TaskQueue queue(shapes);
  queue.add(0, {{.shape = 0, .tasks = 5}});
  queue.add(1, {{.shape = 1, .tasks = 1}});
  EXPECT_EQ(texts(queue.choose(room("cpus:2"), {})), (Texts{"1.0 x1 from 0", "0.0 x1 from 0"}));
}

TEST(TaskQueue, AShapeStartsOnlyWhereItsConstraintsHold) {
  std::vector<Shape> shapes = {shape("gpu", "cpus:1", 1), shape("any", "cpus:1")};
  shapes[0].constraints = {{"kind", ConstraintRule::kEquals, "gpu"}};
  TaskQueue queue(shapes);
  queue.add(0, {{.shape = 0, .tasks = 1}, {.shape = 1, .tasks = 1}});
  const Machine web{.hostname = "w", .attributes = parse_attributes("kind:web").value()};
  const Machine gpu{.hostname = "g", .attributes = parse_attributes("kind:gpu").value()};
  EXPECT_EQ(texts(queue.choose(room("cpus:9"), web)), (Texts{"0.1 x1 from 0"}));
  EXPECT_EQ(texts(queue.choose(room("cpus:9"), gpu)), (Texts{"0.0 x1 from 0"}));
}

TEST(TaskQueue, ARemovedJobLeavesTheOthers) {
  const std::vector<Shape> shapes = {shape("task", "cpus:1")};
  TaskQueue queue(shapes);
  const std::vector<JobPart> parts = {{.shape = 0, .tasks = 2}};
  queue.add(0, parts);
  queue.add(1, parts);
  queue.remove(0, parts);
  EXPECT_EQ(queue.waiting(0), 2U);
  EXPECT_EQ(texts(queue.choose(room("cpus:9"), {})), (Texts{"1.0 x2 from 0"}));
  EXPECT_TRUE(queue.empty());
  queue.remove(1, parts);  // all of it has started
  EXPECT_TRUE(queue.empty());
}

TEST(TaskQueue, DeclaresWhatWaitsWithinTheBounds) {
  std::vector<Shape> shapes;
  for (int i = 0; i < 100; ++i) {
    shapes.push_back(shape("s" + std::to_string(i), "cpus:" + std::to_string(i + 1)));
  }
  TaskQueue queue(shapes);
  for (std::uint32_t i = 0; i < 100; ++i) {
    queue.add(i, {{.shape = 99 - i, .tasks = i == 0 ? 5'000'000U : 2U}});
  }
  const std::vector<DemandShape> demand = queue.demand();
  ASSERT_EQ(demand.size(), limits::kDemandShapesMax);
  EXPECT_EQ(demand[0].name, "s99");
  EXPECT_EQ(demand[0].count, limits::kDemandCountMax);
  EXPECT_EQ(demand[1].name, "s98");
  EXPECT_EQ(demand[1].count, 2U);
}

}  // namespace
}  // namespace fairlead::scenario

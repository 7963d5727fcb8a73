// The benchmark's loads at a small size: what is offered in a cycle, and that it never varies.
#include "tests/bench/allocator_load.h"

#include <gtest/gtest.h>

#include <map>

namespace fairlead::bench {
namespace {

constexpr LoadSize kSmall{.agents = 40, .frameworks = 10};

TEST(AllocatorLoad, EachAgentIsOfferedOnceInACycleAndAgainToAnotherWhenItIsDeclined) {
  Cluster cluster(kSmall, three_quarters);
  cluster.resume_all();
  EXPECT_EQ(cluster.offers_made(), kSmall.agents);
  for (std::uint32_t i = 1; i < kSmall.frameworks; ++i) cluster.decline_all();
  EXPECT_EQ(cluster.offers_made(), kSmall.agents * kSmall.frameworks);
}

TEST(AllocatorLoad, NothingIsOfferedWhenEverybodyHasDeclinedEverything) {
  Cluster cluster(kSmall, three_quarters);
  cluster.resume_all();
  for (std::uint32_t i = 0; i < kSmall.frameworks; ++i) cluster.decline_all();
  EXPECT_TRUE(cluster.take_offers().empty());
  cluster.pause_all();
  cluster.resume_all();
  EXPECT_TRUE(cluster.take_offers().empty());
}

TEST(AllocatorLoad, NothingIsOfferedOfAFullCluster) {
  Cluster cluster(kSmall, everything);
  cluster.resume_all();
  EXPECT_EQ(cluster.offers_made(), 0U);
}

TEST(AllocatorLoad, QuotasOfHalfAnAgentAndOfOneAndAHalfTakeAllThereIs) {
  LoadSize size{.agents = 10, .frameworks = 10, .quotas = Quotas::kAll};
  Cluster cluster(size, nothing);
  cluster.resume_all();
  std::map<FrameworkHandle, std::int64_t> cpu_milli;
  for (const allocation::MakeOffer& offer : cluster.take_offers()) {
    cpu_milli[offer.framework] += scalars(offer.resources)[StandardScalar::kCpus];
  }
  ASSERT_EQ(cpu_milli.size(), size.frameworks);
  for (const auto& [framework, milli] : cpu_milli) {
    EXPECT_EQ(milli, framework.index % 2 == 0 ? 12'000 : 36'000);
  }
  cluster.resume_all();
  EXPECT_TRUE(cluster.take_offers().empty()) << "nothing is left";
}

class TaskEndsLoad : public testing::TestWithParam<bool> {};

TEST_P(TaskEndsLoad, GivesWhatEndsToOneFrameworkAndIsTheSameInEveryRun) {
  std::uint64_t first = 0;
  for (int run = 0; run < 2; ++run) {
    TaskEnds ends(kSmall, GetParam());
    for (int i = 0; i < 100; ++i) {
      allocation::HoldingFreed task = ends.next();
      ends.end(task);
      ends.refill(task);
    }
    EXPECT_EQ(ends.cluster().offers_made(), 100U);
    if (run == 0) first = ends.cluster().checksum();
    EXPECT_EQ(ends.cluster().checksum(), first);
  }
}

TEST(DemandChangesLoad, IsOfferedOneTaskForEachDemandAndIsTheSameInEveryRun) {
  std::uint64_t first = 0;
  for (int run = 0; run < 2; ++run) {
    DemandChanges changes(kSmall);
    for (int i = 0; i < 100; ++i) {
      allocation::DemandSet demand = changes.next();
      changes.set(demand);
      changes.finish(demand);
    }
    EXPECT_EQ(changes.cluster().offers_made(), 100U);
    if (run == 0) first = changes.cluster().checksum();
    EXPECT_EQ(changes.cluster().checksum(), first);
  }
}

INSTANTIATE_TEST_SUITE_P(Demand, TaskEndsLoad, testing::Bool(), [](const auto& one) {
  return one.param ? "with_demand" : "whole_agents";
});

}  // namespace
}  // namespace fairlead::bench

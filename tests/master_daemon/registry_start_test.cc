#include "master/daemon/registry_start.h"

#include <gtest/gtest.h>

#include "schemas/registry_codec.h"

namespace fairlead {
namespace {

std::vector<RegistryRecord> registry_at(std::uint64_t epoch) {
  return {AgentRecord{.id = {"a1"}, .hostname = "h"},
          ClusterRecord{.cluster = {"c1"}, .epoch = {epoch}}};
}

TEST(NextEpoch, IsOneMoreThanTheRecordSaysAndIsWrittenIntoIt) {
  std::vector<RegistryRecord> registry = registry_at(7);
  ClusterRecord record = next_epoch(registry, {});
  EXPECT_EQ(record.cluster, ClusterId{"c1"});
  EXPECT_EQ(record.epoch, Epoch{8});
  EXPECT_EQ(std::get<ClusterRecord>(registry[1]), record);
}

TEST(NextEpoch, IsAtLeastTheFloor) {
  auto with_floor = [](std::uint64_t floor) {
    std::vector<RegistryRecord> registry = registry_at(7);
    return next_epoch(registry, {.epoch_floor = {floor}}).epoch.number;
  };
  EXPECT_EQ(with_floor(40), 40U);
  EXPECT_EQ(with_floor(8), 8U);
  EXPECT_EQ(with_floor(3), 8U);  // a flag that was left in place takes nothing back
}

TEST(NextEpoch, OfAnElectedLeaderIsTheElectedOne) {
  std::vector<RegistryRecord> registry = registry_at(7);
  EXPECT_EQ(next_epoch(registry, {.epoch = {12}, .epoch_floor = {40}}).epoch, Epoch{12});
}

TEST(NextEpoch, AnEmptyRegistryBecomesANewClusterOnItsFirstEpochOrTheFloor) {
  std::vector<RegistryRecord> registry;
  ClusterRecord first = next_epoch(registry, {});
  EXPECT_EQ(first.epoch, Epoch{1});
  EXPECT_EQ(first.cluster.text.size(), 32U);
  ASSERT_EQ(registry.size(), 1U);
  EXPECT_EQ(std::get<ClusterRecord>(registry[0]), first);
  registry.clear();
  EXPECT_EQ(next_epoch(registry, {.epoch_floor = {40}}).epoch, Epoch{40});
}

TEST(AcceptRegistry, RefusesRowsOfAnotherCluster) {
  EncodedRecord row = encode(RegistryRecord{ClusterRecord{.cluster = {"c1"}, .epoch = {7}}});
  StoreContents contents{.rows = {{row.key, row.value}}, .quarantined = {}};
  EXPECT_TRUE(accept_registry({"c1"}, contents).ok());
  Status refused = accept_registry({"c2"}, contents);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("expected c2, got \"c1\""), std::string::npos)
      << refused.error().message;
}

}  // namespace
}  // namespace fairlead

// A shared registry copied out of its nodes and into empty ones.
#include "runtime/registry_transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/memory_znodes.h"
#include "tests/runtime/znode_leader.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RegistryTransfer : public ::testing::Test {
 protected:
  ZnodeLeader leader(ZnodeTree& tree) { return ZnodeLeader(std::make_unique<MemoryZnodes>(tree)); }
  static void commit(ZnodeLeader& leader, const std::string& key, const std::string& value) {
    leader.store().commit({.ticket = {1}, .writes = {put(key, value)}});
    leader.settle(leader.answers.size() + 1);
  }
  static Result<RegistryCopy> copy(ZnodeTree& tree, ClusterId expected = {}) {
    MemoryZnodes nodes(tree);
    return read_shared_registry(nodes, {.name = "test", .expected = std::move(expected)});
  }
  static Status restore(ZnodeTree& tree, Epoch epoch_min, ClusterId cluster = {"c1"}) {
    MemoryZnodes nodes(tree);
    return write_shared_registry(
        nodes, {.name = "test", .expected = {}},
        {.cluster = std::move(cluster),
         .epoch_min = epoch_min,
         .rows = [](Epoch epoch) -> std::vector<StoreWrite> {
           return {put("epoch", std::to_string(epoch.number)), put("k", "1")};
         }});
  }

  ZnodeTree from_;
  ZnodeTree to_;
};

TEST_F(RegistryTransfer, ACopyBesideALeaderIsThatOfOneHeadAndDoesNotDisturbIt) {
  ZnodeLeader one = leader(from_);
  ASSERT_TRUE(one.store().load().ok());
  commit(one, "a", "1");
  commit(one, "b", "2");
  std::size_t writes = from_.writes;
  Result<RegistryCopy> first = copy(from_);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->cluster, ClusterId{"c1"});
  EXPECT_EQ(first->head, 2U);
  EXPECT_THAT(listed(first->contents), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(from_.writes, writes);
  commit(one, "a", "3");
  EXPECT_EQ(one.answers.back().outcome, StoreOutcome::kPersisted);
  EXPECT_THAT(listed(copy(from_)->contents), ElementsAre("a=3", "b=2"));
}

TEST_F(RegistryTransfer, ACopyMakesNoRegistryWhereThereIsNone) {
  Result<RegistryCopy> none = copy(from_);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(none.error().message, HasSubstr("there is no registry"));
  EXPECT_EQ(copy(from_, {"c1"}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(from_.writes, 0U);
}

TEST_F(RegistryTransfer, TheNextLeaderStandsAboveTheRestoredEpoch) {
  ASSERT_TRUE(restore(to_, {41}).ok());
  EXPECT_EQ(copy(to_)->cluster, ClusterId{"c1"});
  ZnodeLeader next = leader(to_);
  EXPECT_EQ(next.options.epoch, Epoch{42});
  EXPECT_THAT(next.rows(), ElementsAre("epoch=41", "k=1"));
}

TEST_F(RegistryTransfer, ARegistryWithRowsIsLeftAsItIs) {
  {
    ZnodeLeader one = leader(to_);
    ASSERT_TRUE(one.store().load().ok());
    commit(one, "a", "1");
  }
  std::size_t writes = to_.writes;
  Status refused = restore(to_, {41});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("test: the registry is not empty"));
  EXPECT_THAT(listed(copy(to_)->contents), ElementsAre("a=1"));
  EXPECT_LE(to_.writes, writes + 2);  // what asks whether the nodes are there
  EXPECT_EQ(decode_leader_record(to_.nodes.at(kEpochPath).data)->epoch, Epoch{1});
}

TEST_F(RegistryTransfer, AnotherClustersEmptyRegistryIsRefused) {
  { ZnodeLeader one = leader(to_); }
  Status refused = restore(to_, {41}, {"c2"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("cluster id: expected c2, got \"c1\""));
  EXPECT_EQ(decode_leader_record(to_.nodes.at(kEpochPath).data)->epoch, Epoch{1});
}

TEST_F(RegistryTransfer, AMasterThatLedMeanwhileIsRefused) {
  ZnodeLeader one = leader(to_);
  ASSERT_TRUE(one.store().load().ok());
  ASSERT_TRUE(restore(to_, {41}).ok());
  commit(one, "a", "1");
  EXPECT_EQ(one.answers.back().outcome, StoreOutcome::kRefused);
  EXPECT_THAT(listed(copy(to_)->contents), ElementsAre("epoch=41", "k=1"));
}

}  // namespace
}  // namespace fairlead::testing

#include "runtime/znode_store.h"

#include "runtime/memory_znodes.h"
#include "tests/runtime/shared_store_conformance.h"
#include "tests/runtime/znode_leader.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct MemoryBackend {
  ZnodeTree tree;
  std::unique_ptr<Znodes> connect() { return std::make_unique<MemoryZnodes>(tree); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(MemoryZnodes, StoreConformance, ZnodeStoreHarness<MemoryBackend>);
INSTANTIATE_TYPED_TEST_SUITE_P(MemoryZnodes, SharedStoreConformance, MemoryBackend);

class ZnodeStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto session = std::make_unique<MemoryZnodes>(tree_);
    session_ = session.get();
    leader_ = std::make_unique<ZnodeLeader>(std::move(session));
    ASSERT_TRUE(leader_->store().load().ok());
  }
  void commit(std::uint64_t ticket, std::vector<StoreWrite> writes) {
    leader_->store().commit({.ticket = {ticket}, .writes = std::move(writes)});
  }
  /// Three parts of a megabyte and a half.
  static std::vector<StoreWrite> large_batch() {
    std::vector<StoreWrite> writes;
    for (int i = 0; i < 15; ++i) {
      writes.push_back(put("k" + std::to_string(10 + i), std::string(100'000, 'x')));
    }
    return writes;
  }
  std::vector<std::string> keys_after_takeover() {
    ZnodeLeader next(std::make_unique<MemoryZnodes>(tree_));
    std::vector<std::string> keys;
    const StoreContents contents = next.store().load().value();
    for (const StoreRow& row : contents.rows) keys.push_back(row.key);
    return keys;
  }

  ZnodeTree tree_;
  MemoryZnodes* session_ = nullptr;
  std::unique_ptr<ZnodeLeader> leader_;
};

TEST_F(ZnodeStoreTest, WhatWaitsGoesIntoOneWrite) {
  std::size_t before = tree_.writes;
  for (std::uint64_t i = 1; i <= 100; ++i) commit(i, {put("k" + std::to_string(i), "v")});
  leader_->settle(100);
  EXPECT_EQ(tree_.writes - before, 2u);  // the first went alone
  EXPECT_EQ(leader_->store().head().entry, 2u);
}

TEST_F(ZnodeStoreTest, ALostAnswerIsSettledWhetherTheWriteHappenedOrNot) {
  for (bool applied : {false, true}) {
    leader_->answers.clear();
    session_->lose_next_write(applied);
    commit(1, {put("k", applied ? "2" : "1")});
    leader_->settle(1);
    EXPECT_EQ(leader_->answers[0].outcome, StoreOutcome::kPersisted);
    EXPECT_EQ(leader_->store().head().entry, applied ? 2u : 1u);
  }
  EXPECT_THAT(leader_->rows(), ElementsAre("k=2"));
}

TEST_F(ZnodeStoreTest, CommitsWaitForTheConnection) {
  session_->cut();
  commit(1, {put("k", "1")});
  tree_.deliver_all();
  EXPECT_TRUE(leader_->answers.empty());
  session_->reconnect();
  leader_->settle(1);
  EXPECT_EQ(leader_->answers[0].outcome, StoreOutcome::kPersisted);
}

TEST_F(ZnodeStoreTest, AnEndedSessionLeavesWhatWasSentUnknownAndRefusesTheRest) {
  commit(1, {put("a", "1")});
  commit(2, {put("b", "2")});
  session_->expire();
  leader_->settle(2);
  EXPECT_EQ(leader_->answers[0].outcome, StoreOutcome::kUnknown);
  EXPECT_EQ(leader_->answers[1].outcome, StoreOutcome::kRefused);
  EXPECT_EQ(leader_->answers[1].reason, "the session expired");
}

TEST_F(ZnodeStoreTest, ATakeoverBetweenALostAnswerAndTheNextSendingLeavesItUnknown) {
  session_->lose_next_write(true);
  commit(1, {put("k", "1")});
  ASSERT_TRUE(tree_.deliver_one());      // done, the answer is lost, and it is sent again
  ++tree_.nodes.at(kEpochPath).version;  // somebody takes over
  leader_->settle(1);
  EXPECT_EQ(leader_->answers[0].outcome, StoreOutcome::kUnknown);
  commit(2, {put("k", "2")});
  leader_->settle(2);
  EXPECT_THAT(leader_->answers[1].reason, HasSubstr("newer head"));
}

TEST_F(ZnodeStoreTest, ABatchLargerThanAnyWriteIsStillAllOrNothing) {
  std::size_t before = tree_.writes;
  commit(1, large_batch());
  leader_->settle(1);
  EXPECT_EQ(leader_->answers[0].outcome, StoreOutcome::kPersisted);
  EXPECT_EQ(tree_.writes - before, 3u);
  EXPECT_EQ(keys_after_takeover().size(), 15u);
}

TEST_F(ZnodeStoreTest, AnUnfinishedLargeBatchIsNothingAndTheNextLeaderRemovesIt) {
  for (int done = 0; done < 3; ++done) {
    commit(1, large_batch());
    for (int i = 0; i < done; ++i) ASSERT_TRUE(tree_.deliver_one());
    session_->expire();
    EXPECT_THAT(keys_after_takeover(), ElementsAre()) << done;
    SetUp();
    EXPECT_TRUE(list_now(*session_, kLogPath).names.empty()) << done;
  }
}

TEST_F(ZnodeStoreTest, ALargeBatchSurvivesALostAnswerToAnyOfItsParts) {
  for (int part = 0; part < 3; ++part) {
    for (bool applied : {false, true}) {
      leader_->answers.clear();
      commit(1, large_batch());
      for (int i = 0; i < part; ++i) ASSERT_TRUE(tree_.deliver_one());
      session_->lose_next_write(applied);
      leader_->settle(1);
      EXPECT_EQ(leader_->answers[0].outcome, StoreOutcome::kPersisted) << part << applied;
    }
  }
  EXPECT_EQ(leader_->store().head().entry, 18u);
  EXPECT_EQ(keys_after_takeover().size(), 15u);
}

TEST_F(ZnodeStoreTest, ARowLargerThanANodeIsRefusedInItsTurnAndTheOthersAreWritten) {
  commit(1, {put("a", "1")});
  commit(2, {put("large", std::string(limits::kZnodeBytesMax, 'x')), put("b", "1")});
  commit(3, {put("c", "1")});
  leader_->settle(3);
  EXPECT_EQ(leader_->answers[1].ticket, 2u);
  EXPECT_EQ(leader_->answers[1].outcome, StoreOutcome::kRefused);
  EXPECT_THAT(leader_->answers[1].reason, HasSubstr("row large: 524304 bytes, expected at most"));
  EXPECT_THAT(keys_after_takeover(), ElementsAre("a", "c"));
}

TEST_F(ZnodeStoreTest, CompactionSurvivesALostAnswerToAnyOfItsWrites) {
  for (std::size_t lost = 0; lost < 6; ++lost) {
    for (bool applied : {false, true}) {
      leader_->options.log_entries_max = 2;
      leader_->open();
      ASSERT_TRUE(leader_->store().load().ok());
      for (std::uint64_t i = 1; i <= 3; ++i) {
        leader_->answers.clear();
        commit(i, {put("k" + std::to_string(i), "v")});
        leader_->settle(1);
      }
      for (std::size_t i = 0; i < lost && tree_.deliver_one(); ++i) {
      }
      session_->lose_next_write(applied);
      tree_.deliver_all();
      EXPECT_THAT(keys_after_takeover(), ElementsAre("k1", "k2", "k3")) << lost << applied;
      SetUp();
    }
  }
}

TEST_F(ZnodeStoreTest, DamagedRowsAreKeptAsTheyAreWhateverTheLogsLength) {
  commit(1, {put("bad", "1")});
  leader_->settle(1);
  Bytes& data = tree_.nodes.at(entry_path(1)).data;
  ASSERT_EQ(data.size(), 44u);
  data[39] ^= 1;  // the value; the entry's checksum follows it
  leader_->options.log_entries_max = 1;
  leader_->open();
  EXPECT_THAT(leader_->store().load().value().quarantined, ElementsAre("bad"));
  for (std::uint64_t i = 2; i < 9; ++i) {
    commit(i, {put("k", "v")});
    leader_->settle(i);
  }
  EXPECT_EQ(leader_->store().head().snapshot, 0u);
  commit(9, {put("bad", "2")});
  leader_->settle(9);
  tree_.deliver_all();
  EXPECT_EQ(leader_->store().head().snapshot, 9u);
}

TEST_F(ZnodeStoreTest, AMissingEntryIsSaidAndNothingIsTouched) {
  for (std::uint64_t i = 1; i <= 3; ++i) {
    commit(i, {put("k", "v")});
    leader_->settle(i);
  }
  tree_.nodes.erase(entry_path(2));
  auto before = tree_.writes;
  leader_->open();
  Result<StoreContents> contents = leader_->store().load();
  ASSERT_FALSE(contents.ok());
  EXPECT_EQ(contents.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(contents.error().message, HasSubstr("entry 2 of the log"));
  EXPECT_EQ(tree_.writes, before);
}

TEST_F(ZnodeStoreTest, ANewerVersionIsRefusedAndNothingIsTouched) {
  commit(1, {put("k", "v")});
  leader_->settle(1);
  tree_.nodes.at(entry_path(1)).data[4] = 2;
  leader_->open();
  Result<StoreContents> contents = leader_->store().load();
  ASSERT_FALSE(contents.ok());
  EXPECT_EQ(contents.error().code, ErrorCode::kUnsupported);
}

TEST(RegistrySetup, EachWrongThingIsOneMessage) {
  ZnodeTree tree;
  MemoryZnodes session(tree);
  RegistrySetup setup{.name = "zk://h/f", .fresh = {"c1"}, .expected = {}};
  EXPECT_EQ(prepare_registry(session, setup).value().text, "c1");
  setup.fresh = {"c2"};
  EXPECT_EQ(prepare_registry(session, setup).value().text, "c1");
  setup.expected = {"c3"};
  EXPECT_THAT(prepare_registry(session, setup).error().message,
              HasSubstr("zk://h/f: cluster id: expected c3, got \"c1\""));
  setup.expected = {};
  tree.open_to_others = {kLogPath};
  EXPECT_THAT(prepare_registry(session, setup).error().message,
              HasSubstr("node /log may be changed by others: world:anyone:cdrwa"));
  tree.open_to_others.clear();
  tree.nodes.erase(kClusterPath);
  EXPECT_THAT(prepare_registry(session, setup).error().message,
              HasSubstr("some of its nodes are missing"));
  session.cut();
  EXPECT_THAT(prepare_registry(session, setup).error().message,
              HasSubstr("a majority of the ZooKeeper servers must run"));
}

TEST(RegistrySetup, WhatANewerVersionSaysOfItsLeaderIsNotWrittenOver) {
  ZnodeTree tree;
  MemoryZnodes session(tree);
  const RegistrySetup setup{.name = "zk://h/f", .fresh = {"c1"}, .expected = {}};
  ASSERT_TRUE(prepare_registry(session, setup).ok());
  const std::string newer = "fairlead-epoch 2\nwhatever\n";
  tree.nodes.at(kEpochPath).data = Bytes(newer.begin(), newer.end());
  Result<ClusterId> refused = prepare_registry(session, setup);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message,
              HasSubstr("zk://h/f: registry: /epoch: expected version 1..1, got \"2\""));
}

TEST(RegistrySetup, BelowAnOpenRootNothingIsMade) {
  ZnodeTree tree;
  MemoryZnodes session(tree);
  write_now(session, {CreateZnode{.path = "/"}});
  tree.open_to_others = {"/"};
  EXPECT_FALSE(prepare_registry(session, {.name = "n", .fresh = {"c"}, .expected = {}}).ok());
  EXPECT_EQ(tree.nodes.size(), 1u);
}

}  // namespace
}  // namespace fairlead::testing

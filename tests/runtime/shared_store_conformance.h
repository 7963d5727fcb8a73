// What a Store must do that several masters share, whatever the nodes are in: only the leader's
// word counts, and a takeover sees all of what was said to be persisted. Over a backend of
// znode_leader.h.
#pragma once

#include <memory>
#include <string>

#include "tests/runtime/znode_leader.h"

namespace fairlead::testing {

template <class Backend>
class SharedStoreConformance : public ::testing::Test {
 protected:
  std::unique_ptr<ZnodeLeader> take_over() {
    auto leader = std::make_unique<ZnodeLeader>(backend_.connect());
    EXPECT_TRUE(leader->store().load().ok());
    return leader;
  }

  Backend backend_;
};

TYPED_TEST_SUITE_P(SharedStoreConformance);

TYPED_TEST_P(SharedStoreConformance, TheNextLeaderSeesWhatWasPersisted) {
  auto one = this->take_over();
  one->store().commit({.ticket = {1}, .writes = {put("a", "1"), put("b", "2")}});
  one->store().commit({.ticket = {2}, .writes = {erase("a")}});
  one->settle(2);
  auto two = this->take_over();
  EXPECT_THAT(two->rows(), ::testing::ElementsAre("b=2"));
}

TYPED_TEST_P(SharedStoreConformance, ADeposedLeadersCommitIsRefusedAsNewerHead) {
  auto one = this->take_over();
  one->store().commit({.ticket = {1}, .writes = {put("a", "1")}});
  one->settle(1);
  auto two = this->take_over();
  one->store().commit({.ticket = {2}, .writes = {put("a", "late")}});
  one->store().commit({.ticket = {3}, .writes = {put("b", "later")}});
  one->settle(3);
  for (std::size_t i : {1u, 2u}) {
    EXPECT_EQ(one->answers[i].outcome, StoreOutcome::kRefused);
    EXPECT_EQ(one->answers[i].reason, "newer head: another leader took over");
  }
  EXPECT_THAT(two->rows(), ::testing::ElementsAre("a=1"));
}

TYPED_TEST_P(SharedStoreConformance, ADeposedLeaderIsToldAlsoWhenItHasNothingToWrite) {
  auto one = this->take_over();
  auto two = this->take_over();
  one->store().commit({.ticket = {1}, .writes = {}});
  one->settle(1);
  EXPECT_EQ(one->answers[0].outcome, StoreOutcome::kRefused);
}

TYPED_TEST_P(SharedStoreConformance, ADeposedLeaderCannotLoad) {
  auto one = this->take_over();
  write_now(one->nodes(), {CreateZnode{.path = entry_path(1)}});  // something to remove
  auto two = std::make_unique<ZnodeLeader>(this->backend_.connect());
  Result<StoreContents> contents = one->store().load();
  ASSERT_FALSE(contents.ok());
  EXPECT_EQ(contents.error().code, ErrorCode::kConflict);
}

TYPED_TEST_P(SharedStoreConformance, AHeadThatSomebodyElseMovedRefuses) {
  auto one = this->take_over();
  one->store().commit({.ticket = {1}, .writes = {put("a", "1")}});
  one->settle(1);
  ZnodeRead head = read_now(one->nodes(), kHeadPath);
  write_now(one->nodes(), {WriteZnode{.path = kHeadPath, .data = head.data}});
  one->store().commit({.ticket = {2}, .writes = {put("a", "2")}});
  one->settle(2);
  EXPECT_EQ(one->answers[1].outcome, StoreOutcome::kRefused);
  EXPECT_EQ(one->answers[1].reason, "newer head: somebody else changed /head");
  EXPECT_THAT(this->take_over()->rows(), ::testing::ElementsAre("a=1"));
}

TYPED_TEST_P(SharedStoreConformance, ALongLogIsCompactedAndLosesNothing) {
  auto one = this->take_over();
  one->options.log_entries_max = 3;
  one->open();
  ASSERT_TRUE(one->store().load().ok());
  std::vector<std::string> expected;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    std::string key = "k" + std::to_string(100 + i);
    one->store().commit({.ticket = {i}, .writes = {put(key, std::to_string(i)), put("same", "x")}});
    one->settle(i);
    expected.push_back(key + "=" + std::to_string(i));
  }
  expected.push_back("same=x");
  EXPECT_GE(one->store().head().snapshot, 4u);
  auto two = this->take_over();
  EXPECT_EQ(two->rows(), expected);
  EXPECT_LE(list_now(two->nodes(), kLogPath).names.size(), 20u - two->store().head().snapshot);
  EXPECT_EQ(list_now(two->nodes(), kSnapshotsPath).names.size(), two->store().head().chunks);
}

TYPED_TEST_P(SharedStoreConformance, AStandbyFollowsAndReadsOnlyWhatIsNew) {
  auto one = this->take_over();
  std::unique_ptr<Znodes> other = this->backend_.connect();
  RegistryReader standby(*other, "test");
  for (std::uint64_t i = 1; i <= 3; ++i) {
    one->store().commit({.ticket = {i}, .writes = {put("k" + std::to_string(i), "v")}});
    one->settle(i);
    std::optional<ZnodeStatus> synced;
    other->sync([&synced](ZnodeStatus status) { synced = status; });
    ASSERT_TRUE(other->run_until([&synced] { return synced.has_value(); }, kAnswerMax));
    std::size_t before = standby.log_bytes();
    ASSERT_TRUE(standby.catch_up(kAnswerMax).ok());
    EXPECT_EQ(standby.rows().rows().size(), i);
    EXPECT_LT(standby.log_bytes() - before, 100u);
  }
}

REGISTER_TYPED_TEST_SUITE_P(SharedStoreConformance, TheNextLeaderSeesWhatWasPersisted,
                            ADeposedLeadersCommitIsRefusedAsNewerHead,
                            ADeposedLeaderIsToldAlsoWhenItHasNothingToWrite,
                            ADeposedLeaderCannotLoad, AHeadThatSomebodyElseMovedRefuses,
                            ALongLogIsCompactedAndLosesNothing,
                            AStandbyFollowsAndReadsOnlyWhatIsNew);

}  // namespace fairlead::testing

#include "runtime/znode_coordination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/memory_znodes.h"
#include "runtime/registry_layout.h"
#include "runtime/registry_log.h"
#include "tests/runtime/manual_clock.h"
#include "tests/runtime/store_conformance.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One master's coordination over a shared tree; what it says is kept.
struct Master {
  Master(ZnodeTree& tree, const ManualClock& clock, ClusterId expected = {})
      : coordination(
            {.name = "test", .fresh = {"c1"}, .expected = std::move(expected)},
            {.open = [this, &tree]() -> Result<std::unique_ptr<Znodes>> {
               auto made = std::make_unique<MemoryZnodes>(tree, seconds(6));
               nodes = made.get();
               return std::unique_ptr<Znodes>(std::move(made));
             },
             .accept = [this](const ClusterId&, const StoreContents&) { return verdict; },
             .on_session = [this] { ++sessions; }},
            clock,
            {.on_lead = [this](Lead now) { lead = std::move(now); },
             .on_outcome = [this](Ticket, StoreOutcome outcome,
                                  const std::string&) { outcomes.push_back(outcome); },
             .on_end = [this](const Error& error) { ends.push_back(error.message); },
             .on_trouble = [this](const std::string& text) { troubles.push_back(text); }}) {}
  Master(const Master&) = delete;
  Master& operator=(const Master&) = delete;

  Status start(const std::string& name) {
    return coordination.start({.epoch = {}, .endpoint = "tcp://" + name, .http = name});
  }

  MemoryZnodes* nodes = nullptr;
  Status verdict;
  int sessions = 0;
  std::optional<Lead> lead;
  std::vector<StoreOutcome> outcomes;
  std::vector<std::string> ends;
  std::vector<std::string> troubles;
  ZnodeCoordination coordination;
};

class ZnodeCoordinationTest : public ::testing::Test {
 protected:
  std::unique_ptr<Master> start(const std::string& name) {
    auto master = std::make_unique<Master>(tree_, clock_);
    EXPECT_TRUE(master->start(name).ok());
    return master;
  }
  void pass(const std::vector<Master*>& masters, Duration span) {
    tree_.deliver_all();
    for (Duration step = milliseconds(100); span.ns > 0; span = span - step) {
      clock_.advance(step);
      for (Master* master : masters) {
        if (clock_.now() >= master->coordination.next_deadline()) {
          master->coordination.on_time(clock_.now());
        }
        tree_.deliver_all();
      }
    }
  }
  void commit(Master& leader, const std::string& key, const std::string& value) {
    leader.coordination.store().commit({.ticket = {1}, .writes = {put(key, value)}});
    tree_.deliver_all();
  }

  ZnodeTree tree_;
  ManualClock clock_;
};

TEST_F(ZnodeCoordinationTest, TheFirstLeadsAndTheSecondStandsByCaughtUp) {
  auto one = start("one");
  pass({one.get()}, seconds(1));
  ASSERT_TRUE(one->lead.has_value());
  EXPECT_EQ(one->lead->epoch, Epoch{1});
  EXPECT_EQ(one->lead->cluster, ClusterId{"c1"});
  EXPECT_GT(one->coordination.acting_until(), clock_.now());
  auto two = start("two");
  pass({one.get(), two.get()}, seconds(20));
  EXPECT_FALSE(two->lead.has_value());
  EXPECT_EQ(two->coordination.acting_until(), Instant{});
  EXPECT_TRUE(two->coordination.standby().is_caught_up);
  EXPECT_EQ(two->coordination.standby().leader.http, "one");
  EXPECT_GT(one->coordination.acting_until(), clock_.now());
}

TEST_F(ZnodeCoordinationTest, TheFloorOfTheEpochHoldsForTheFirstLeadAndCountsOnFromThere) {
  auto one = std::make_unique<Master>(tree_, clock_);
  ASSERT_TRUE(one->coordination.start({.epoch = {40}, .endpoint = "tcp://1", .http = "1"}).ok());
  pass({one.get()}, seconds(1));
  ASSERT_TRUE(one->lead.has_value());
  EXPECT_EQ(one->lead->epoch, Epoch{40});
  one.reset();
  auto two = start("two");
  pass({two.get()}, seconds(1));
  ASSERT_TRUE(two->lead.has_value());
  EXPECT_EQ(two->lead->epoch, Epoch{41});
}

TEST_F(ZnodeCoordinationTest, TheStandbyTakesOverWithEverythingThatWasCommitted) {
  auto one = start("one");
  pass({one.get()}, seconds(1));
  auto two = start("two");
  commit(*one, "k", "1");
  pass({one.get(), two.get()}, seconds(1));
  commit(*one, "l", "2");
  EXPECT_FALSE(two->coordination.standby().is_caught_up);
  one.reset();  // gives the session up: nobody waits for a timeout
  pass({two.get()}, milliseconds(300));
  ASSERT_TRUE(two->lead.has_value());
  EXPECT_EQ(two->lead->epoch, Epoch{2});
  EXPECT_THAT(listed(two->lead->contents), ElementsAre("k=1", "l=2"));
  commit(*two, "k", "3");
  EXPECT_THAT(two->outcomes, ElementsAre(StoreOutcome::kPersisted));
}

TEST_F(ZnodeCoordinationTest, ALeaderThatIsCutOffEndsBeforeAnotherCanLead) {
  auto one = start("one");
  pass({one.get()}, seconds(1));
  one->nodes->cut();
  Instant until = one->coordination.acting_until();
  EXPECT_LE(until, clock_.now() + seconds(3));
  pass({one.get()}, seconds(4));
  ASSERT_EQ(one->ends.size(), 1U);
  EXPECT_THAT(one->ends[0], HasSubstr("no majority of the ZooKeeper servers confirmed"));
  EXPECT_EQ(one->coordination.acting_until(), Instant{});
  pass({one.get()}, seconds(10));
  EXPECT_EQ(one->ends.size(), 1U);
}

TEST_F(ZnodeCoordinationTest, AStandbyWhoseSessionEndedOpensAnother) {
  auto one = start("one");
  pass({one.get()}, seconds(1));
  auto two = start("two");
  pass({one.get(), two.get()}, seconds(1));
  two->nodes->expire();
  EXPECT_FALSE(two->coordination.standby().is_caught_up);
  pass({one.get(), two.get()}, seconds(1));
  EXPECT_EQ(two->sessions, 2);
  EXPECT_TRUE(two->ends.empty());
  EXPECT_THAT(two->troubles, ElementsAre(HasSubstr("the session expired")));
  EXPECT_TRUE(two->coordination.standby().is_caught_up);
  one.reset();
  pass({two.get()}, milliseconds(300));
  ASSERT_TRUE(two->lead.has_value());
}

TEST_F(ZnodeCoordinationTest, ALeaderWhoseSessionEndedIsDone) {
  auto one = start("one");
  pass({one.get()}, seconds(1));
  one->nodes->expire();
  pass({one.get()}, seconds(1));
  EXPECT_THAT(one->ends, ElementsAre(HasSubstr("the session expired")));
  EXPECT_EQ(one->sessions, 1);
}

TEST_F(ZnodeCoordinationTest, ARegistryThatIsNotAcceptedSeesNoEpochAndNoCandidate) {
  Master one(tree_, clock_);
  one.verdict = Error{ErrorCode::kUnsupported, "written by version 9"};
  Status started = one.start("one");
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().message, "written by version 9");
  EXPECT_EQ(decode_leader_record(tree_.nodes.at(kEpochPath).data).value().epoch, Epoch{});
  for (const auto& [path, node] : tree_.nodes) EXPECT_EQ(node.owner, 0) << path;
}

TEST_F(ZnodeCoordinationTest, AHeadOfANewerVersionIsRefusedAndStaysAsItIs) {
  start("one").reset();
  Bytes newer = tree_.nodes.at(kHeadPath).data;
  newer[0] ^= 0x7f;
  tree_.nodes.at(kHeadPath).data = newer;
  std::size_t writes = tree_.writes;
  Master two(tree_, clock_);
  Status started = two.start("two");
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr("test: "));
  EXPECT_EQ(tree_.nodes.at(kHeadPath).data, newer);
  EXPECT_EQ(two.sessions, 0);
  EXPECT_LE(tree_.writes, writes + 2);  // root and nodes are there already: nothing was made
}

TEST_F(ZnodeCoordinationTest, AWipedRegistryIsNotMadeAgainForAKnownCluster) {
  Master one(tree_, clock_, {"c7"});
  Status started = one.start("one");
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, ErrorCode::kConflict);
  EXPECT_THAT(started.error().message, HasSubstr("expected c7, got \"no registry\""));
  EXPECT_TRUE(tree_.nodes.empty());
}

TEST_F(ZnodeCoordinationTest, AStandbyDoesNotObeyARegistryOfAnotherCluster) {
  auto one = start("one");
  pass({one.get()}, seconds(1));
  auto two = start("two");
  pass({one.get(), two.get()}, seconds(1));
  const std::string other = "c9";
  tree_.nodes.at(kClusterPath).data.assign(other.begin(), other.end());
  two->nodes->expire();
  pass({two.get()}, seconds(1));
  EXPECT_THAT(two->ends, ElementsAre(HasSubstr("cluster id: expected c1, got \"c9\"")));
}

}  // namespace
}  // namespace fairlead::testing

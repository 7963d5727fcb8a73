#include "runtime/znode_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/memory_znodes.h"
#include "runtime/registry_layout.h"
#include "runtime/registry_setup.h"
#include "tests/runtime/manual_clock.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One master: a session and a candidacy.
struct Candidate {
  Candidate(ZnodeTree& tree, ManualClock& clock, std::string name, Epoch floor = {})
      : nodes(tree, seconds(6)),
        election(nodes, clock, {.endpoint = "tcp://" + name, .http = name, .epoch_floor = floor},
                 {.on_elected = [this](const Elected& now) { elected = now; },
                  .on_lost = [this](const std::string& why) { lost.push_back(why); },
                  .on_leader = [this](const LeaderRecord& record) { leader = record; }}) {
    auto prepared = prepare_registry(nodes, {.name = "test", .fresh = {"c1"}, .expected = {}});
    check(prepared.ok(), "the registry is there");
    election.campaign();
  }
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  MemoryZnodes nodes;
  std::optional<Elected> elected;
  std::vector<std::string> lost;
  LeaderRecord leader;
  ZnodeElection election;
};

class ZnodeElectionTest : public ::testing::Test {
 protected:
  std::unique_ptr<Candidate> start(std::string name, Epoch floor = {}) {
    auto master = std::make_unique<Candidate>(tree_, clock_, std::move(name), floor);
    return master;
  }
  std::size_t candidates() const {
    std::size_t count = 0;
    for (const auto& [path, node] : tree_.nodes) count += node.owner != 0;
    return count;
  }
  /// Time passes in steps that no deadline is missed by; what is asked for is answered.
  void pass(std::vector<Candidate*> masters, Duration span) {
    for (Duration step = milliseconds(100); span.ns > 0; span = span - step) {
      clock_.advance(step);
      for (Candidate* master : masters) {
        if (clock_.now() >= master->election.next_deadline()) {
          master->election.on_time(clock_.now());
        }
      }
      tree_.deliver_all();
    }
  }

  ZnodeTree tree_;
  ManualClock clock_;
};

TEST_F(ZnodeElectionTest, TheFirstCandidateLeadsAndTheOthersHearWhoItIs) {
  auto one = start("one");
  tree_.deliver_all();
  auto two = start("two");
  tree_.deliver_all();
  ASSERT_TRUE(one->elected.has_value());
  EXPECT_EQ(one->elected->epoch, Epoch{1});
  EXPECT_EQ(one->elected->epoch_version, tree_.nodes.at(kEpochPath).version);
  EXPECT_FALSE(two->elected.has_value());
  LeaderRecord expected{.epoch = {1}, .endpoint = "tcp://one", .http = "one"};
  EXPECT_EQ(one->leader, expected);
  EXPECT_EQ(two->leader, expected);
}

TEST_F(ZnodeElectionTest, TheNextInLineTakesOverWithAHigherEpoch) {
  auto one = start("one");
  auto two = start("two");
  auto three = start("three");
  tree_.deliver_all();
  one->nodes.expire();
  tree_.deliver_all();
  EXPECT_THAT(one->lost, ElementsAre("the session expired"));
  EXPECT_FALSE(one->election.leads());
  ASSERT_TRUE(two->elected.has_value());
  EXPECT_EQ(two->elected->epoch, Epoch{2});
  EXPECT_FALSE(three->elected.has_value());
  EXPECT_EQ(three->leader.http, "two");
}

TEST_F(ZnodeElectionTest, TheEndOfAStandbyChangesNothingButTheLine) {
  auto one = start("one");
  auto two = start("two");
  auto three = start("three");
  tree_.deliver_all();
  two->nodes.expire();
  tree_.deliver_all();
  EXPECT_FALSE(three->elected.has_value());
  one->nodes.expire();
  tree_.deliver_all();
  EXPECT_TRUE(three->elected.has_value());
}

TEST_F(ZnodeElectionTest, HeartbeatsKeepTheLeadership) {
  auto one = start("one");
  tree_.deliver_all();
  pass({one.get()}, seconds(60));
  EXPECT_TRUE(one->election.leads());
  EXPECT_GT(one->election.acting_until(), clock_.now() + seconds(1));
  EXPECT_GE(tree_.nodes.at(kHeartbeatPath).version, 50);
}

TEST_F(ZnodeElectionTest, ACutThatIsShorterThanTheLeaseIsSurvived) {
  auto one = start("one");
  tree_.deliver_all();
  pass({one.get()}, seconds(10));
  one->nodes.cut();
  pass({one.get()}, milliseconds(1'900));
  EXPECT_TRUE(one->election.leads());
  one->nodes.reconnect();
  pass({one.get()}, seconds(10));
  EXPECT_TRUE(one->election.leads());
}

TEST_F(ZnodeElectionTest, ACutLeaderStopsByItsOwnTimerHalfATimeoutAfterItsLastConfirmedWrite) {
  auto one = start("one");
  tree_.deliver_all();
  pass({one.get()}, seconds(10));
  one->nodes.cut();
  Instant cut_at = clock_.now();
  Instant until = one->election.acting_until();
  EXPECT_LE(until, cut_at + seconds(3));
  pass({one.get()}, seconds(3));
  EXPECT_FALSE(one->election.leads());
  ASSERT_EQ(one->lost.size(), 1u);
  EXPECT_THAT(one->lost[0], HasSubstr("no majority of the ZooKeeper servers confirmed"));
  one->nodes.reconnect();
  tree_.deliver_all();
  EXPECT_EQ(one->lost.size(), 1u);
}

TEST_F(ZnodeElectionTest, APausedLeaderFindsItsLeaseOverBeforeItActs) {
  auto one = start("one");
  tree_.deliver_all();
  clock_.advance(seconds(30));
  EXPECT_LT(one->election.acting_until(), clock_.now());
  one->election.on_time(clock_.now());
  EXPECT_EQ(one->lost.size(), 1u);
}

TEST_F(ZnodeElectionTest, ALeaderWhoseEpochSomebodyBumpedIsOver) {
  auto one = start("one");
  tree_.deliver_all();
  MemoryZnodes other(tree_);
  other.write({WriteZnode{.path = kEpochPath,
                          .data = encode_leader_record({.epoch = {9}, .endpoint = "tcp://x"})}},
              [](const ZnodeWritten&) {});
  tree_.deliver_all();
  EXPECT_THAT(one->lost, ElementsAre("another leader took over"));
}

TEST_F(ZnodeElectionTest, ALeaderWhoseCandidateNodeWasErasedIsOverWithItsNextHeartbeat) {
  auto one = start("one");
  tree_.deliver_all();
  MemoryZnodes other(tree_);
  other.write({EraseZnode{.path = std::string(kElectionPath) + "/candidate-1-0000000000"}},
              [](const ZnodeWritten&) {});
  tree_.deliver_all();
  pass({one.get()}, seconds(2));
  ASSERT_EQ(one->lost.size(), 1u);
  EXPECT_THAT(one->lost[0], HasSubstr("no such node"));
}

TEST_F(ZnodeElectionTest, ALostAnswerToTheCandidacyMakesOneCandidate) {
  for (bool applied : {false, true}) {
    auto one = start("one");
    one->nodes.lose_next_write(applied);
    tree_.deliver_all();
    EXPECT_TRUE(one->election.leads()) << applied;
    EXPECT_EQ(candidates(), 1u) << applied;
  }
}

TEST_F(ZnodeElectionTest, ALostAnswerToTheTakeoverNeverMakesTwoLivesOfOneEpoch) {
  for (bool applied : {false, true}) {
    auto one = start("one");
    while (candidates() == 0) ASSERT_TRUE(tree_.deliver_one());
    one->nodes.lose_next_write(applied);
    tree_.deliver_all();
    ASSERT_TRUE(one->elected.has_value());
    LeaderRecord stored = decode_leader_record(tree_.nodes.at(kEpochPath).data).value();
    EXPECT_EQ(stored.epoch, one->elected->epoch);
    EXPECT_EQ(tree_.nodes.at(kEpochPath).version, one->elected->epoch_version);
    EXPECT_TRUE(one->lost.empty());
  }
}

TEST_F(ZnodeElectionTest, TheEpochStartsAtTheFloorAfterARestore) {
  auto one = start("one", {40});
  tree_.deliver_all();
  EXPECT_EQ(one->elected->epoch, Epoch{40});
}

TEST_F(ZnodeElectionTest, ADamagedEpochIsNotGuessed) {
  auto one = start("one");
  tree_.nodes.at(kEpochPath).data = {'?'};
  tree_.deliver_all();
  EXPECT_THAT(one->lost, ElementsAre("registry: /epoch is damaged"));
  EXPECT_EQ(tree_.nodes.at(kEpochPath).data, Bytes{'?'});
}

/// Three masters under faults drawn from a seed. The servers end a session only a whole timeout
/// after they last heard of it, which is as long as it was connected.
class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : state_(seed * 2 + 1) {
    for (std::size_t i = 0; i < kMasters; ++i) begin(i);
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      check_one_leads();
    }
  }

  std::size_t elections = 0;
  std::size_t expiries = 0;
  std::size_t losses = 0;

 private:
  static constexpr std::size_t kMasters = 3;
  struct Seat {
    std::unique_ptr<Candidate> master;
    Instant heard_at;
    bool counted = false;
    bool ended = false;  ///< by the servers; it may not know
  };

  std::uint64_t draw(std::uint64_t below) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % below;
  }

  void begin(std::size_t i) {
    seats_[i].master.reset();
    seats_[i] = {.master = std::make_unique<Candidate>(tree_, clock_, "m" + std::to_string(i)),
                 .heard_at = clock_.now()};
  }

  void step() {
    clock_.advance(milliseconds(static_cast<std::int64_t>(draw(700))));
    for (std::size_t i = 0; i < kMasters; ++i) {
      Candidate& master = *seats_[i].master;
      if (master.nodes.phase() == ZnodePhase::kConnected) seats_[i].heard_at = clock_.now();
      // A paused master's timer does not run, for a while.
      if (draw(4) != 0) master.election.on_time(clock_.now());
      disturb(seats_[i]);
      if (!master.lost.empty() && draw(3) == 0) begin(i);
    }
    for (std::uint64_t n = draw(30); n > 0 && tree_.deliver_one(); --n) {
    }
  }

  void disturb(Seat& seat) {
    MemoryZnodes& nodes = seat.master->nodes;
    if (draw(20) == 0) nodes.lose_next_write(draw(2) == 0);
    if (nodes.phase() == ZnodePhase::kConnected && draw(25) == 0) return nodes.cut();
    if (nodes.phase() != ZnodePhase::kConnecting) return;
    if (!seat.ended && clock_.now() >= seat.heard_at + nodes.session_timeout()) {
      ++expiries;
      seat.ended = true;
      nodes.end_unheard();
    }
    if (draw(20) == 0) nodes.reconnect();
  }

  void check_one_leads() {
    std::size_t acting = 0;
    for (Seat& seat : seats_) {
      acting += clock_.now() < seat.master->election.acting_until();
      if (seat.master->elected && !seat.counted) {
        seat.counted = true;
        ++elections;
        EXPECT_GT(seat.master->elected->epoch, epoch_) << "an epoch was used twice";
        epoch_ = seat.master->elected->epoch;
      }
      losses += seat.master->lost.size();
    }
    ASSERT_LE(acting, 1u) << "two masters act at once";
  }

  std::uint64_t state_;
  ZnodeTree tree_;
  ManualClock clock_;
  std::array<Seat, kMasters> seats_;
  Epoch epoch_;
};

TEST(ZnodeElectionChaos, NeverTwoActAtOnceAndNoEpochIsUsedTwice) {
  std::size_t elections = 0, expiries = 0, losses = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos chaos(seed);
    chaos.run(500);
    elections += chaos.elections;
    expiries += chaos.expiries;
    losses += chaos.losses;
  }
  EXPECT_GT(elections, 500u);
  EXPECT_GT(expiries, 200u);
  EXPECT_GT(losses, 500u);
}

}  // namespace
}  // namespace fairlead::testing

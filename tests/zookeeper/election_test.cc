// The election over real servers; what needs no server is in tests/runtime/znode_election_test.cc.
#include "runtime/znode_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zookeeper/session_end.h"
#include "runtime/registry_setup.h"
#include "tests/runtime/znode_leader.h"
#include "tests/zookeeper/shared_servers.h"

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

constexpr Duration kWaitMax = seconds(60);

/// One master with a session of its own; all share a loop that `until` runs by hand.
struct Master {
  Master(const ZookeeperOptions& options, EpollLoop& loop, const Clock& clock, std::string name) {
    auto opened = ZookeeperClient::open(options, loop);
    check(opened.ok(), "the client opens");
    client = std::move(*opened);
    auto prepared = prepare_registry(
        *client, {.name = options.address.text(), .fresh = {"c1"}, .expected = {}});
    check(prepared.ok(), "the registry is there");
    election = std::make_unique<ZnodeElection>(
        *client, clock,
        ElectionOptions{.endpoint = "tcp://" + name, .http = name, .epoch_floor = {}},
        ElectionEvents{.on_elected = [this](const Elected& now) { elected = now; },
                       .on_lost = [this](const std::string& why) { lost = why; },
                       .on_leader = [this](const LeaderRecord& record) { leader = record; }});
    election->campaign();
  }
  bool until(const std::function<bool()>& done) { return client->run_until(done, kWaitMax); }

  std::unique_ptr<ZookeeperClient> client;
  std::unique_ptr<ZnodeElection> election;
  std::optional<Elected> elected;
  std::string lost;
  LeaderRecord leader;
};

class ZookeeperElection : public ::testing::Test {
 protected:
  std::unique_ptr<Master> start(const ZookeeperOptions& options, std::string name) {
    return std::make_unique<Master>(options, *loop_, clock_, std::move(name));
  }

  SystemClock clock_;
  std::unique_ptr<EpollLoop> loop_ = std::move(EpollLoop::create(clock_).value());
};

TEST_F(ZookeeperElection, TheStandbyTakesOverAtOnceWhenTheDeadLeadersSessionIsEnded) {
  ZookeeperOptions options = fresh_options();
  options.session_timeout = seconds(30);
  auto one = start(options, "one");
  ASSERT_TRUE(one->until([&] { return one->elected.has_value(); }));
  auto two = start(options, "two");
  ASSERT_TRUE(two->until([&] { return two->leader.http == "one"; }));
  EXPECT_FALSE(two->elected.has_value());
  // As the supervisor of a dead leader does; this one lives and takes its session back if it can.
  ZookeeperSession ticket = one->client->ticket();
  while (!two->elected) {
    ASSERT_TRUE(end_zookeeper_session(options.address, ticket, kWaitMax).ok());
    two->client->run_until([&] { return two->elected.has_value(); }, milliseconds(200));
  }
  EXPECT_EQ(two->elected->epoch, Epoch{2});
  ASSERT_TRUE(one->until([&] { return !one->lost.empty(); }));
  EXPECT_FALSE(one->election->leads());
}

TEST_F(ZookeeperElection, TheNewLeaderSeesEveryCommitAndTheOldOneIsFenced) {
  ZookeeperOptions options = fresh_options();
  auto one = start(options, "one");
  ASSERT_TRUE(one->until([&] { return one->elected.has_value(); }));
  std::vector<Answer> answers;
  ZnodeStore old(
      *one->client, RegistryReader(*one->client, "test"),
      {.name = "test", .epoch = one->elected->epoch, .epoch_version = one->elected->epoch_version},
      [&](Ticket ticket, StoreOutcome outcome, std::string reason) {
        answers.push_back({ticket.number, outcome, std::move(reason)});
      });
  ASSERT_TRUE(old.load().ok());
  old.commit({.ticket = {1}, .writes = {put("k", "1")}});
  ASSERT_TRUE(one->until([&] { return answers.size() == 1; }));
  auto two = start(options, "two");
  // The candidate node of the old leader goes, its session stays: the worst kind of deposition.
  ZnodeList candidates = list_now(*one->client, kElectionPath);
  write_now(*one->client,
            {EraseZnode{.path = std::string(kElectionPath) + "/" + candidates.names.front()}});
  ASSERT_TRUE(two->until([&] { return two->elected.has_value(); }));
  old.commit({.ticket = {2}, .writes = {put("k", "late")}});
  ASSERT_TRUE(one->until([&] { return answers.size() == 2; }));
  EXPECT_EQ(answers[0].outcome, StoreOutcome::kPersisted);
  EXPECT_EQ(answers[1].outcome, StoreOutcome::kRefused);
  EXPECT_THAT(answers[1].reason, HasSubstr("newer head"));
  RegistryReader reader(*two->client, "test");
  ASSERT_TRUE(reader.catch_up(kWaitMax).ok());
  EXPECT_EQ(reader.rows().rows().at("k"), bytes_of("1"));
}

TEST_F(ZookeeperElection, EachWrongThingIsOneMessage) {
  ZookeeperOptions options = fresh_options();
  auto one = start(options, "one");
  RegistrySetup setup{.name = options.address.text(), .fresh = {"c2"}, .expected = {"other"}};
  EXPECT_THAT(prepare_registry(*one->client, setup).error().message,
              HasSubstr("cluster id: expected other, got \"c1\""));
  setup.expected = {};
  auto message_with = [&](ZookeeperOptions changed) {
    auto client = ZookeeperClient::open(std::move(changed), *loop_);
    if (!client) return client.error().message;
    Result<ClusterId> prepared = prepare_registry(**client, setup);
    return prepared ? "accepted" : prepared.error().message;
  };
  ZookeeperOptions stranger = options;
  stranger.credentials = "fairlead:wrong";
  EXPECT_THAT(message_with(stranger), HasSubstr("check the credentials file"));
  ZookeeperOptions below = options;
  below.address.chroot = "/no-such-node/fairlead";
  EXPECT_THAT(message_with(below), HasSubstr("the node above it does not exist"));
  ZookeeperOptions open = options;
  open.address.chroot = "/zookeeper";  // the server's own; open to everybody
  EXPECT_THAT(message_with(open), HasSubstr("may be changed by others: world:anyone:cdrwa"));
  ZookeeperOptions nobody = options;
  nobody.address.servers = "127.0.0.1:1";
  setup.span_max = milliseconds(300);
  EXPECT_THAT(message_with(nobody),
              HasSubstr("a majority of the ZooKeeper servers must run and be reachable"));
}

}  // namespace
}  // namespace fairlead::testing

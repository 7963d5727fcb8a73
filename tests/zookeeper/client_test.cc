// What the port promises, against real servers.
#include "runtime/adapters/zookeeper/zookeeper_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/limits.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/files/replace_file.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zookeeper/session_end.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/zookeeper_servers.h"
#include "tests/zookeeper/shared_servers.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Duration kWaitMax = seconds(60);

Bytes bytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

/// A session, and its port with every answer waited for.
class Connection {
 public:
  explicit Connection(ZookeeperOptions options) {
    loop_ = std::move(EpollLoop::create(clock_).value());
    auto client = ZookeeperClient::open(std::move(options), *loop_);
    check(client.ok(), "the client opens");
    client_ = std::move(client).value();
    client_->set_on_phase([this](ZnodePhase phase) { phases.push_back(phase); });
  }

  ZookeeperClient& client() { return *client_; }
  EpollLoop& loop() { return *loop_; }
  bool until(const std::function<bool()>& done) { return client_->run_until(done, kWaitMax); }
  void close() { client_.reset(); }

  ZnodeWritten write(std::vector<ZnodeOp> ops) {
    std::optional<ZnodeWritten> answer;
    client_->write(std::move(ops), [&](ZnodeWritten written) { answer = std::move(written); });
    check(until([&] { return answer.has_value(); }), "an answer comes");
    return *answer;
  }
  ZnodeRead read(const std::string& path, std::function<void()> on_changed = {}) {
    std::optional<ZnodeRead> answer;
    client_->read(
        path, [&](ZnodeRead read) { answer = std::move(read); }, std::move(on_changed));
    check(until([&] { return answer.has_value(); }), "an answer comes");
    return *answer;
  }
  /// Asked again for as long as a disturbed connection loses the answer.
  ZnodeRead read_again(const std::string& path) {
    for (;;) {
      ZnodeRead answer = read(path);
      if (answer.status != ZnodeStatus::kConnectionLost) return answer;
    }
  }
  ZnodeList list(const std::string& path, std::function<void()> on_changed = {}) {
    std::optional<ZnodeList> answer;
    client_->list(
        path, [&](ZnodeList list) { answer = std::move(list); }, std::move(on_changed));
    check(until([&] { return answer.has_value(); }), "an answer comes");
    return *answer;
  }
  ZnodeStatus sync() {
    std::optional<ZnodeStatus> answer;
    client_->sync([&](ZnodeStatus status) { answer = status; });
    check(until([&] { return answer.has_value(); }), "an answer comes");
    return *answer;
  }
  ZnodeAudit audit(const std::string& path) {
    std::optional<ZnodeAudit> answer;
    client_->audit(path, [&](ZnodeAudit audit) { answer = std::move(audit); });
    check(until([&] { return answer.has_value(); }), "an answer comes");
    return *answer;
  }

  std::vector<ZnodePhase> phases;

 private:
  SystemClock clock_;
  std::unique_ptr<EpollLoop> loop_;
  std::unique_ptr<ZookeeperClient> client_;
};

/// A connection below a chroot that exists.
std::unique_ptr<Connection> connect(const ZookeeperOptions& options = fresh_options()) {
  auto connection = std::make_unique<Connection>(options);
  ZnodeWritten made = connection->write({CreateZnode{.path = "/"}});
  check(made.status == ZnodeStatus::kOk || made.status == ZnodeStatus::kNodeExists, "a chroot");
  return connection;
}

TEST(ZookeeperClient, WritesAllOrNothing) {
  auto one = connect();
  EXPECT_EQ(one->write({CreateZnode{.path = "/a", .data = bytes("1")},
                        CreateZnode{.path = "/a/b", .data = bytes("2")}})
                .created,
            (std::vector<std::string>{"/a", "/a/b"}));
  ZnodeWritten refused = one->write(
      {WriteZnode{.path = "/a", .data = bytes("3"), .version = 0}, CheckZnode{"/a/b", 7}});
  EXPECT_EQ(refused.status, ZnodeStatus::kBadVersion);
  EXPECT_EQ(refused.failed_op, 1u);
  EXPECT_THAT(refused.reason, HasSubstr("/a/b"));
  ZnodeRead read = one->read("/a");
  EXPECT_EQ(read.data, bytes("1"));
  EXPECT_EQ(read.version, 0);
}

TEST(ZookeeperClient, EachFailureHasItsStatus) {
  auto one = connect();
  one->write({CreateZnode{.path = "/a"}, CreateZnode{.path = "/a/b"}});
  EXPECT_EQ(one->read("/none").status, ZnodeStatus::kNoNode);
  EXPECT_EQ(one->list("/none").status, ZnodeStatus::kNoNode);
  EXPECT_EQ(one->write({CreateZnode{.path = "/a"}}).status, ZnodeStatus::kNodeExists);
  EXPECT_EQ(one->write({EraseZnode{.path = "/a"}}).status, ZnodeStatus::kNotEmpty);
  EXPECT_EQ(one->write({EraseZnode{.path = "/none"}}).status, ZnodeStatus::kNoNode);
  EXPECT_EQ(one->sync(), ZnodeStatus::kOk);
}

TEST(ZookeeperClient, EmptyDataIsData) {
  auto one = connect();
  one->write({CreateZnode{.path = "/a", .data = {}}});
  EXPECT_EQ(one->read("/a").status, ZnodeStatus::kOk);
  EXPECT_TRUE(one->read("/a").data.empty());
}

TEST(ZookeeperClient, BoundsAreCheckedBeforeAnythingIsSent) {
  auto one = connect();
  ZnodeWritten large =
      one->write({CreateZnode{.path = "/a", .data = Bytes(limits::kZnodeBytesMax + 1)}});
  EXPECT_EQ(large.status, ZnodeStatus::kTooLarge);
  EXPECT_THAT(large.reason, HasSubstr("node /a: 524289 bytes, expected at most 524288"));
  std::vector<ZnodeOp> many(limits::kZnodeOpsMax + 1, CheckZnode{"/", kAnyVersion});
  EXPECT_EQ(one->write(many).status, ZnodeStatus::kTooLarge);
  EXPECT_EQ(one->write({}).status, ZnodeStatus::kTooLarge);
  Bytes half(limits::kZnodeBytesMax);
  EXPECT_EQ(
      one->write({CreateZnode{.path = "/a", .data = half}, CreateZnode{.path = "/b", .data = half}})
          .status,
      ZnodeStatus::kTooLarge);
  EXPECT_EQ(one->read("/a").status, ZnodeStatus::kNoNode);
}

TEST(ZookeeperClient, TheLargestWriteIsTaken) {
  auto one = connect();
  std::vector<ZnodeOp> ops = {CreateZnode{.path = "/a", .data = Bytes(limits::kZnodeBytesMax)}};
  constexpr std::size_t kRest = limits::kZnodeWriteBytesMax - limits::kZnodeBytesMax - 400;
  ops.push_back(CreateZnode{.path = "/b", .data = Bytes(kRest)});
  EXPECT_EQ(one->write(ops).status, ZnodeStatus::kOk);
  std::vector<ZnodeOp> many(limits::kZnodeOpsMax, WriteZnode{.path = "/b", .data = bytes("x")});
  EXPECT_EQ(one->write(many).status, ZnodeStatus::kOk);
  EXPECT_EQ(one->read("/b").version, static_cast<int>(limits::kZnodeOpsMax));
}

TEST(ZookeeperClient, WatchTellsOnceOfAChangeOfDataOrChildren) {
  auto one = connect();
  one->write({CreateZnode{.path = "/a"}});
  int changed = 0, moved = 0;
  one->read("/a", [&] { ++changed; });
  EXPECT_THAT(one->list("/a", [&] { ++moved; }).names, ElementsAre());
  one->write({WriteZnode{.path = "/a"}});
  one->write({WriteZnode{.path = "/a"}, CreateZnode{.path = "/a/x"}, CreateZnode{.path = "/a/y"}});
  EXPECT_THAT(one->list("/a").names, ElementsAre("x", "y"));
  EXPECT_TRUE(one->until([&] { return changed == 1 && moved == 1; }));
}

TEST(ZookeeperClient, WatchOnANodeThatIsNotThereIsForgotten) {
  auto one = connect();
  int changed = 0;
  EXPECT_EQ(one->read("/a", [&] { ++changed; }).status, ZnodeStatus::kNoNode);
  one->write({CreateZnode{.path = "/a"}});
  one->sync();
  EXPECT_EQ(changed, 0);
}

TEST(ZookeeperClient, EphemeralNodesGoWithTheirSessionAndOthersHearOfIt) {
  ZookeeperOptions options = fresh_options();
  auto one = connect(options);
  auto two = connect(options);
  ZnodeWritten made =
      one->write({CreateZnode{.path = "/n-", .data = {}, .kind = ZnodeKind::kEphemeralSequential}});
  ASSERT_THAT(made.created, ElementsAre("/n-0000000000"));
  two->sync();
  bool gone = false;
  EXPECT_EQ(two->read("/n-0000000000", [&] { gone = true; }).status, ZnodeStatus::kOk);
  one->close();
  EXPECT_TRUE(two->until([&] { return gone; }));
}

TEST(ZookeeperClient, WhoHasNoCredentialsReadsPublicNodesOnly) {
  ZookeeperOptions options = fresh_options();
  auto owner = connect(options);
  owner->write({CreateZnode{.path = "/secret"},
                CreateZnode{.path = "/open", .data = bytes("x"), .access = ZnodeAccess::kPublic}});
  for (const char* credentials : {"", "fairlead:wrong"}) {
    options.credentials = credentials;
    Connection other(options);
    other.sync();
    EXPECT_EQ(other.read("/open").data, bytes("x"));
    EXPECT_EQ(other.read("/secret").status, ZnodeStatus::kDenied);
    EXPECT_EQ(other.list("/").status, ZnodeStatus::kDenied);
    EXPECT_EQ(other.write({WriteZnode{.path = "/open"}}).status, ZnodeStatus::kDenied);
    EXPECT_EQ(other.write({EraseZnode{.path = "/open"}}).status, ZnodeStatus::kDenied);
    EXPECT_EQ(other.write({CreateZnode{.path = "/new"}}).status, ZnodeStatus::kDenied);
  }
}

TEST(ZookeeperClient, AuditTellsAnOpenNodeAndShowsNoDigest) {
  auto one = connect();
  one->write({CreateZnode{.path = "/closed"},
              CreateZnode{.path = "/read", .data = {}, .access = ZnodeAccess::kPublic}});
  EXPECT_FALSE(one->audit("/closed").others_may_change);
  EXPECT_EQ(one->audit("/closed").access, "digest:…:cdrwa");
  EXPECT_FALSE(one->audit("/read").others_may_change);
  ZookeeperOptions root = fresh_options();
  root.address.chroot = "/zookeeper";  // the server's own; open to everybody
  EXPECT_TRUE(Connection(root).audit("/").others_may_change);
}

TEST(ZookeeperClient, AnswersComeOnTheRunningLoop) {
  auto one = connect();
  bool read = false;
  one->client().read("/",
                     [&](const ZnodeRead& answer) {
                       read = answer.status == ZnodeStatus::kOk;
                       one->loop().stop();
                     },
                     {});
  one->loop().run();
  EXPECT_TRUE(read);
}

TEST(ZookeeperClient, UnknownHostIsRefusedAtOnce) {
  SystemClock clock;
  auto loop = std::move(EpollLoop::create(clock).value());
  auto client = ZookeeperClient::open(
      {.address = {.servers = "no-such-host.invalid:2181", .chroot = "/f"}}, *loop);
  ASSERT_FALSE(client.ok());
  EXPECT_THAT(client.error().message, HasSubstr("zk://no-such-host.invalid:2181/f"));
}

TEST(ZookeeperSession, SurvivesTheLossOfItsServerAndKeepsItsWatches) {
  test::ZookeeperServers servers(3);
  ZookeeperOptions options{.address = {.servers = servers.servers(), .chroot = "/f"},
                           .credentials = kCredentials,
                           .session_timeout = seconds(10)};
  auto one = connect(options);
  one->write({CreateZnode{.path = "/e", .data = {}, .kind = ZnodeKind::kEphemeral},
              CreateZnode{.path = "/a"}});
  int changed = 0;
  one->read("/a", [&] { ++changed; });
  std::int64_t session = one->client().session();
  one->phases.clear();
  servers.kill(servers.leader());
  // What is asked for meanwhile waits, or is lost and asked again.
  while (one->write({WriteZnode{.path = "/a"}}).status == ZnodeStatus::kConnectionLost) {
  }
  EXPECT_EQ(one->client().session(), session);
  EXPECT_EQ(one->client().ending(), "");
  EXPECT_EQ(one->read_again("/e").status, ZnodeStatus::kOk);
  EXPECT_TRUE(one->until([&] { return changed == 1; }));
}

TEST(ZookeeperSession, EndedFromOutsideItIsOverForItsOwnerAndItsNodesAreGone) {
  ZookeeperOptions options = fresh_options();
  options.session_timeout = seconds(30);
  auto other = connect(options);
  auto one = connect(options);
  one->write({CreateZnode{.path = "/e", .data = {}, .kind = ZnodeKind::kEphemeral}});
  other->sync();
  bool gone = false;
  ASSERT_EQ(other->read("/e", [&] { gone = true; }).status, ZnodeStatus::kOk);
  // The owner lives and takes its session back when it can, so one call need not be enough.
  ZookeeperSession ticket = one->client().ticket();
  while (!gone) {
    ASSERT_TRUE(end_zookeeper_session(options.address, ticket, kWaitMax).ok());
    other->client().run_until([&] { return gone; }, milliseconds(200));
  }
  ASSERT_TRUE(one->until([&] { return one->client().phase() == ZnodePhase::kEnded; }));
  EXPECT_EQ(one->client().ending(), "the ZooKeeper session expired");
  EXPECT_EQ(one->read("/e").status, ZnodeStatus::kSessionEnded);
  EXPECT_EQ(one->sync(), ZnodeStatus::kSessionEnded);
}

TEST(ZookeeperSession, EndingOneThatIsOverIsFine) {
  ZookeeperOptions options = fresh_options();
  auto one = connect(options);
  ZookeeperSession ticket = one->client().ticket();
  one->close();
  EXPECT_TRUE(end_zookeeper_session(options.address, ticket, kWaitMax).ok());
}

void put_file(const std::string& path, const std::string& text) {
  ASSERT_TRUE(replace_file(path, text).ok());
}

TEST(ZookeeperSession, EndsWithoutAConnectionWhenItsFileNamesOtherServers) {
  TemporaryDirectory directory;
  const std::string file = directory.file("servers");
  ZookeeperOptions options = fresh_options();
  const std::string real = options.address.text();
  put_file(file, "zk://127.0.0.1:1" + options.address.chroot + "\n");
  options.address = read_zookeeper_address("zk-file:" + file).value();
  Connection one(options);
  put_file(file, real + "\n");
  one.client().set_on_phase([&one](ZnodePhase) { one.loop().stop(); });
  one.loop().run();
  EXPECT_EQ(one.client().phase(), ZnodePhase::kEnded);
  options.address = read_zookeeper_address("zk-file:" + file).value();
  EXPECT_EQ(Connection(options).read_again("/none").status, ZnodeStatus::kNoNode);
}

TEST(ZookeeperSession, GoesOnOverANewListOfServers) {
  ZookeeperOptions options = fresh_options();
  auto one = connect(options);
  std::int64_t session = one->client().session();
  EXPECT_TRUE(one->client().set_servers(options.address.servers + ",127.0.0.1:1").ok());
  EXPECT_EQ(one->read_again("/").status, ZnodeStatus::kOk);
  EXPECT_EQ(one->client().session(), session);
  EXPECT_FALSE(one->client().set_servers("no-such-host.invalid:1").ok());
}

}  // namespace
}  // namespace fairlead::testing

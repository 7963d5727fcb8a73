// The parts of the transport that need no socket: endpoints, keys, the allow-list, the link table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "runtime/adapters/zmq/allow_list.h"
#include "runtime/adapters/zmq/curve_keys.h"
#include "runtime/adapters/zmq/endpoint.h"
#include "runtime/adapters/zmq/link_table.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

TEST(Endpoint, KnowsWhatStaysOnTheMachine) {
  for (const char* text :
       {"tcp://127.0.0.1:0", "tcp://127.1.2.3:65535", "tcp://localhost:1", "tcp://[::1]:5050"}) {
    Result<Endpoint> endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint.ok()) << text;
    EXPECT_TRUE(endpoint->is_loopback()) << text;
  }
  for (const char* text : {"tcp://0.0.0.0:1", "tcp://*:1", "tcp://10.0.0.1:1", "tcp://[::]:1",
                           "tcp://[fe80::1]:1", "tcp://127.0.0.1.example.com:1"}) {
    Result<Endpoint> endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint.ok()) << text;
    EXPECT_FALSE(endpoint->is_loopback()) << text;
  }
}

TEST(Endpoint, RefusesWhatIsNone) {
  for (const char* text : {"", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://:5050",
                           "tcp://127.0.0.1:65536", "tcp://127.0.0.1:-1", "tcp://127.0.0.1:5x",
                           "udp://127.0.0.1:1", "ipc:///tmp/x", "tcp://::1:5050", "tcp://[1]:2"}) {
    EXPECT_FALSE(parse_endpoint(text).ok()) << text;
  }
}

TEST(Endpoint, LeavesTheMachineOnlyWithKeysOrOnPurpose) {
  EXPECT_TRUE(check_exposure("tcp://127.0.0.1:0", {}).ok());
  EXPECT_FALSE(check_exposure("tcp://*:0", {}).ok());
  EXPECT_TRUE(check_exposure("tcp://*:0", {.has_keys = true}).ok());
  EXPECT_TRUE(check_exposure("tcp://*:0", {.insecure = true}).ok());
}

class KeyFile : public ::testing::Test {
 protected:
  void write(const std::string& text, mode_t mode) {
    std::ofstream(path_) << text;
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("key");
};

TEST_F(KeyFile, PairComesBackAsItWasWritten) {
  CurveKeyPair keys = make_key_pair();
  ASSERT_TRUE(write_key_pair(path_, keys).ok());
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  Result<CurveKeyPair> read = read_key_pair(path_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->public_key, keys.public_key);
  EXPECT_EQ(read->secret_key.reveal(), keys.secret_key.reveal());
  EXPECT_EQ(*read_public_key(path_), keys.public_key);
}

TEST_F(KeyFile, IsNeverOverwritten) {
  ASSERT_TRUE(write_key_pair(path_, make_key_pair()).ok());
  Status again = write_key_pair(path_, make_key_pair());
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
}

TEST_F(KeyFile, ThatOthersMayReadIsRefused) {
  ASSERT_TRUE(write_key_pair(path_, make_key_pair()).ok());
  for (mode_t mode : {0640u, 0604u, 0620u}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    Result<CurveKeyPair> read = read_key_pair(path_);
    ASSERT_FALSE(read.ok()) << std::oct << mode;
    EXPECT_EQ(read.error().code, ErrorCode::kDenied);
    EXPECT_THAT(read.error().message, HasSubstr("hint: chmod 0600"));
  }
}

TEST_F(KeyFile, WithHalvesOfTwoPairsIsRefusedWithoutShowingTheSecret) {
  CurveKeyPair a = make_key_pair();
  CurveKeyPair b = make_key_pair();
  write("public " + a.public_key + "\nsecret " + b.secret_key.reveal() + "\n", 0600);
  Result<CurveKeyPair> read = read_key_pair(path_);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("belong together"));
  write("secret" + b.secret_key.reveal() + "\n", 0600);
  read = read_key_pair(path_);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, ::testing::Not(HasSubstr(b.secret_key.reveal())));
}

TEST_F(KeyFile, MissingOrHugeOrNoFileIsAnError) {
  EXPECT_EQ(read_key_pair(path_).error().code, ErrorCode::kNotFound);
  write(std::string(10'000, '\n'), 0600);
  EXPECT_EQ(read_key_pair(path_).error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(read_key_pair(directory_.path()).ok());
}

TEST_F(KeyFile, AllowListNamesTheLineThatIsWrong) {
  std::string key = make_key_pair().public_key;
  write("# comment\n" + key + " agents\n" + key + " again\n", 0600);
  auto list = AllowList::load(path_);
  ASSERT_FALSE(list.ok());
  EXPECT_THAT(list.error().message, HasSubstr("line 3: expected each key once"));
  write(key + " bad/principal\n", 0600);
  EXPECT_THAT(AllowList::load(path_).error().message, HasSubstr("line 1: principal"));
}

TEST_F(KeyFile, AllowListThatOthersMayWriteIsRefused) {
  write(make_key_pair().public_key + " agents\n", 0660);
  auto list = AllowList::load(path_);
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.error().code, ErrorCode::kDenied);
}

TEST(LinkTable, NamesAreNeverGivenTwice) {
  LinkTable table(2);
  ConnectionId first = table.add({.routing_id = 7});
  table.remove(first);
  ConnectionId second = table.add({.routing_id = 7});
  EXPECT_NE(first, second);
  EXPECT_EQ(table.look_up(first), nullptr);
  EXPECT_EQ(table.look_up(second)->routing_id, 7u);
  EXPECT_EQ(table.find(7), second);
}

TEST(LinkTable, RotationVisitsEveryLinkBeforeAnyTwice) {
  LinkTable table(10);
  std::vector<ConnectionId> ids;
  for (std::uint32_t i = 0; i < 5; ++i) ids.push_back(table.add({.routing_id = i}));
  table.remove(ids[2]);
  std::vector<ConnectionId> visited;
  for (int i = 0; i < 4; ++i) visited.push_back(*table.next_in_rotation());
  EXPECT_THAT(visited, ::testing::UnorderedElementsAre(ids[0], ids[1], ids[3], ids[4]));
}

TEST(LinkTable, EmptyTableHasNoRotation) {
  LinkTable table(1);
  EXPECT_EQ(table.next_in_rotation(), std::nullopt);
  table.remove(table.add({.routing_id = 1}));
  EXPECT_EQ(table.next_in_rotation(), std::nullopt);
}

}  // namespace
}  // namespace fairlead::testing

// Where ZooKeeper's servers are read from when a file names them, and what of it is refused.
#include "runtime/adapters/zookeeper/server_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/files/replace_file.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServerFile : public ::testing::Test {
 protected:
  void put(const std::string& text) { ASSERT_TRUE(replace_file(file_, text).ok()); }
  Result<ZookeeperAddress> read() const { return read_zookeeper_address("zk-file:" + file_); }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.file("servers");
};

TEST_F(ServerFile, ItsFirstLineIsTheAddress) {
  put("zk://a,b:2182/fairlead\nanything\n");
  Result<ZookeeperAddress> address = read();
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->servers, "a:2181,b:2182");
  EXPECT_EQ(address->chroot, "/fairlead");
  EXPECT_EQ(address->file, file_);
  EXPECT_EQ(read_zookeeper_address("zk://a/fairlead")->file, "");
}

TEST_F(ServerFile, WhatCannotBeReadSaysWhichFile) {
  EXPECT_THAT(read().error().message, HasSubstr(file_));
  put("zookeeper-1, zookeeper-2");
  EXPECT_THAT(read().error().message, HasSubstr("file " + file_ + ": ZooKeeper address"));
}

TEST_F(ServerFile, ThatOthersMayWriteIsRefused) {
  put("zk://a/fairlead");
  ASSERT_EQ(::chmod(file_.c_str(), 0666), 0);
  EXPECT_EQ(read().error().code, ErrorCode::kDenied);
}

TEST_F(ServerFile, AChangeIsHandedOnAndAnotherPathIsNot) {
  put("zk://a/fairlead");
  SystemClock clock;
  auto loop = std::move(EpollLoop::create(clock).value());
  std::vector<std::string> applied;
  auto watch = ServerFileWatch::start(*loop, *read(), [&](const std::string& servers) -> Status {
    applied.push_back(servers);
    loop->stop();
    return {};
  });
  ASSERT_TRUE(watch.ok());
  put("zk://b/elsewhere");
  put("zk://a,c/fairlead");
  loop->run();
  put("zk://d/fairlead");
  loop->run();
  EXPECT_THAT(applied, ElementsAre("a:2181,c:2181", "d:2181"));
}

}  // namespace
}  // namespace fairlead::testing

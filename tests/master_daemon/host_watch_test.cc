#include "master/daemon/host_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HostFile : public ::testing::Test {
 protected:
  std::string written(const std::string& text) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), 0600);
    return path_;
  }

  testing::TemporaryDirectory directory_;
  std::string path_ = directory_.file("hosts");
};

TEST_F(HostFile, NamesOneHostALineAndMayHaveComments) {
  auto hosts = read_host_file(written("# rack 1\nnode-1\n\n  node-2\t # new\nnode-3.example"));
  ASSERT_TRUE(hosts.ok()) << hosts.error().message;
  EXPECT_THAT(*hosts, ElementsAre("node-1", "node-2", "node-3.example"));
}

TEST_F(HostFile, MayBeEmpty) {
  auto hosts = read_host_file(written("# nobody\n"));
  ASSERT_TRUE(hosts.ok()) << hosts.error().message;
  EXPECT_THAT(*hosts, IsEmpty());
}

TEST_F(HostFile, SaysWhichLineIsWrong) {
  auto hosts = read_host_file(written("node-1\nnode-2 node-3\n"));
  ASSERT_FALSE(hosts.ok());
  EXPECT_THAT(hosts.error().message, HasSubstr("line 2"));
  EXPECT_THAT(hosts.error().message, HasSubstr("node-2 node-3"));
}

TEST_F(HostFile, IsRefusedWhenOthersMayWriteIt) {
  written("node-1\n");
  ::chmod(path_.c_str(), 0666);
  EXPECT_FALSE(read_host_file(path_).ok());
  EXPECT_FALSE(read_host_file(directory_.file("missing")).ok());
}

TEST_F(HostFile, IsReadAgainWhenItChanges) {
  SystemClock clock;
  auto loop = std::move(EpollLoop::create(clock).value());
  std::vector<std::vector<std::string>> told;
  auto watch = HostWatch::start(*loop, written("node-1\n"), [&](const auto& hosts) {
    told.push_back(hosts);
    loop->stop();
  });
  ASSERT_TRUE(watch.ok()) << watch.error().message;
  EXPECT_THAT((*watch)->hosts(), ElementsAre("node-1"));
  written("node-2\nnode-3\n");
  loop->run();
  EXPECT_THAT(told, ElementsAre(ElementsAre("node-2", "node-3")));
  EXPECT_THAT((*watch)->hosts(), ElementsAre("node-2", "node-3"));
}

}  // namespace
}  // namespace fairlead

#include "runtime/adapters/zookeeper/connect_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal_of(const std::string& text) {
  Result<ZookeeperAddress> address = parse_zookeeper_address(text);
  return address ? "accepted" : address.error().message;
}

TEST(ZookeeperAddress, PortsDefaultAndThePathStays) {
  Result<ZookeeperAddress> address = parse_zookeeper_address("zk://a,b:2182,[::1]:21/x/fairlead");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->servers, "a:2181,b:2182,[::1]:21");
  EXPECT_EQ(address->chroot, "/x/fairlead");
  EXPECT_EQ(address->text(), "zk://a:2181,b:2182,[::1]:21/x/fairlead");
}

TEST(ZookeeperAddress, AnIpv6HostNeedsNoPort) {
  Result<ZookeeperAddress> address = parse_zookeeper_address("zk://[::1]/f");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->servers, "[::1]:2181");
}

TEST(ZookeeperAddress, EachWrongPartIsNamed) {
  EXPECT_THAT(refusal_of("http://a/f"), HasSubstr("expected zk:// in front"));
  EXPECT_THAT(refusal_of("zk:///f"), HasSubstr("expected HOST or HOST:PORT"));
  EXPECT_THAT(refusal_of("zk://a,,b/f"), HasSubstr("expected HOST or HOST:PORT"));
  EXPECT_THAT(refusal_of("zk://a:0/f"), HasSubstr("got \"a:0\""));
  EXPECT_THAT(refusal_of("zk://a:65536/f"), HasSubstr("got \"a:65536\""));
  EXPECT_THAT(refusal_of("zk://a b/f"), HasSubstr("got \"a b\""));
  for (const char* path : {"", "/", "//", "/a/", "/a//b", "/..", "/a/.", "/zookeeper", "/a b"}) {
    EXPECT_THAT(refusal_of(std::string("zk://a") + path), HasSubstr("a path of plain names"))
        << path;
  }
  std::string many = "zk://a";
  for (int i = 0; i < 32; ++i) many += ",a";
  EXPECT_THAT(refusal_of(many + "/f"), HasSubstr("at most 32 servers"));
}

TEST(ZookeeperAddress, APasswordInsideIsRefusedAndNotRepeated) {
  std::string said = refusal_of("zk://me:hunter2@a/f");
  EXPECT_THAT(said, HasSubstr("no credentials inside it"));
  EXPECT_THAT(said, Not(HasSubstr("hunter2")));
}

TEST(ZookeeperCredentials, AreTheFirstLine) {
  EXPECT_EQ(parse_zookeeper_credentials("me:pass:word\n", "f").value(), "me:pass:word");
}

TEST(ZookeeperCredentials, AreNeverRepeatedInAMessage) {
  for (const char* wrong : {"", "\n", "hunter2", ":hunter2", "hunter2:", "hun ter2:x"}) {
    Result<std::string> credentials = parse_zookeeper_credentials(wrong, "/etc/zk");
    ASSERT_FALSE(credentials.ok()) << wrong;
    EXPECT_THAT(credentials.error().message, HasSubstr("/etc/zk: expected one line"));
    EXPECT_THAT(credentials.error().message, Not(HasSubstr("ter2")));
  }
}

}  // namespace
}  // namespace fairlead

// Whose state directory it is.
#include "agent/daemon/host_mark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;

TEST(HostMark, AnotherMachinesDirectoryIsRefusedInOneMessage) {
  Status refused = check_host("/var/lib/agent", {.machine = "m1", .boot = "b1"},
                              {.machine = "m2", .boot = "b2"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message,
              HasSubstr("state directory /var/lib/agent: host: expected machine id m2, which is "
                        "this machine's, got \"m1\"; hint: "));
  EXPECT_THAT(refused.error().message, HasSubstr("--accept-host-change"));
}

TEST(HostMark, TheSameMachineAfterAnotherBootIsTheSame) {
  EXPECT_TRUE(
      check_host("d", {.machine = "m1", .boot = "b1"}, {.machine = "m1", .boot = "b2"}).ok());
}

TEST(HostMark, AMachineThatGotAnotherIdWhileItRanIsTheSame) {
  EXPECT_TRUE(
      check_host("d", {.machine = "m1", .boot = "b1"}, {.machine = "m2", .boot = "b1"}).ok());
}

TEST(HostMark, WithoutAnIdOnEitherSideNothingIsRefused) {
  EXPECT_TRUE(check_host("d", {.machine = "", .boot = "b1"}, {.machine = "m2", .boot = "b2"}).ok());
  EXPECT_TRUE(check_host("d", {.machine = "m1", .boot = "b1"}, {.machine = "", .boot = "b2"}).ok());
}

TEST(HostMark, WhatWasWrittenIsReadBackAndAnythingElseIsNoMark) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory.file("host");
  const std::string& state_dir = directory.path();
  EXPECT_EQ(read_host_mark(state_dir), std::nullopt);
  for (const HostMark& mark : {HostMark{.machine = "m1", .boot = "b1"}, HostMark{.boot = "b2"}}) {
    ASSERT_TRUE(write_host_mark(state_dir, mark).ok());
    EXPECT_EQ(read_host_mark(state_dir), mark);
  }
  for (const char* text : {"", "machine m1\n", "machine m1\nboot\n", "boot b1\nmachine m1\n"}) {
    std::ofstream(path) << text;
    EXPECT_EQ(read_host_mark(state_dir), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fairlead

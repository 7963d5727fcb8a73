#include "common/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(IdText, AcceptsNamesThatAreSafeInPathsAndCgroups) {
  for (const char* good : {"a", "job-1.2", "A_b", "0"}) EXPECT_TRUE(check_id_text(good, "id").ok());
  EXPECT_TRUE(check_id_text(std::string(128, 'x'), "id").ok());
}

TEST(IdText, RefusesEverythingThatCouldLeaveItsPlace) {
  for (std::string bad : {"", "..", ".hidden", "-rf", "a/b", "a b", "a\n", "ä"}) {
    EXPECT_FALSE(check_id_text(bad, "id").ok()) << bad;
  }
  EXPECT_FALSE(check_id_text(std::string("a\0b", 3), "id").ok());
  EXPECT_FALSE(check_id_text(std::string(129, 'x'), "id").ok());
}

TEST(IdText, TheMessageShowsNoControlCharacters) {
  EXPECT_THAT(check_id_text("a\x1b[31m", "task id").error().message,
              testing::HasSubstr("task id: expected 1..128 characters"));
  EXPECT_THAT(check_id_text("a\x1b[31m", "task id").error().message,
              testing::HasSubstr("got \"a?[31m\""));
}

TEST(RoleNames, FollowTheUsualGrammar) {
  for (const char* good : {"a", "a/b/c", "*", "Team-1/x.y_z"})
    EXPECT_TRUE(check_role_name(good).ok());
  for (const char* bad :
       {"", "/a", "a/", "a//b", ".", "..", "a/..", "-a", "a/-b", "a/*", "a b", "*/a"}) {
    EXPECT_FALSE(check_role_name(bad).ok()) << bad;
  }
  EXPECT_FALSE(check_role_name("1/2/3/4/5/6/7/8/9").ok());
}

}  // namespace
}  // namespace fairlead

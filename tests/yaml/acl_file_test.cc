#include "runtime/adapters/acl/acl_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

class AclFile : public ::testing::Test {
 protected:
  Result<Acl> read(const std::string& text) {
    std::ofstream(path_) << text;
    return read_acl_file(path_);
  }

  const fairlead::testing::TemporaryDirectory directory_;
  const std::string path_ = directory_.file("acl.yaml");
};

TEST_F(AclFile, RulesDecideWhoMayDoWhat) {
  Result<Acl> acl = read(
      "rules:\n"
      "  - {principal: batch, roles: [analytics], verbs: [kill]}\n"
      "  - {principal: rack1, agents: ['rack1-*']}\n");
  ASSERT_TRUE(acl.ok()) << acl.error().message;
  EXPECT_TRUE(may_register_role(*acl, {"batch"}, {"analytics/ads"}).ok());
  EXPECT_FALSE(may_register_role(*acl, {"batch"}, {"web"}).ok());
  EXPECT_TRUE(may_operate(*acl, {"batch"}, Verb::kKill).ok());
  EXPECT_FALSE(may_operate(*acl, {"batch"}, Verb::kSetWeight).ok());
  EXPECT_TRUE(may_speak_for(*acl, {"rack1"}, {"rack1-07"}).ok());
  EXPECT_FALSE(may_speak_for(*acl, {"rack1"}, {"rack2-07"}).ok());
}

TEST_F(AclFile, AStarGivesEveryVerb) {
  Result<Acl> acl = read("rules: [{principal: root, verbs: ['*']}]\n");
  ASSERT_TRUE(acl.ok());
  EXPECT_TRUE(may_operate(*acl, {"root"}, Verb::kTeardown).ok());
  EXPECT_TRUE(may_operate(*acl, {"root"}, Verb::kSetWeight).ok());
}

TEST_F(AclFile, PrioritiesAboveZeroAreForThoseWhoMayUseThem) {
  Result<Acl> acl = read("rules: [{principal: batch, roles: [a], priority_max: 10}]\n");
  ASSERT_TRUE(acl.ok()) << acl.error().message;
  EXPECT_TRUE(may_use_priority(*acl, {"batch"}, {{"a"}, 10}).ok());
  EXPECT_FALSE(may_use_priority(*acl, {"batch"}, {{"a"}, 11}).ok());
  EXPECT_FALSE(read("rules: [{principal: batch, priority_max: -1}]\n").ok());
}

TEST_F(AclFile, MistakesAreNamedWithTheirPlace) {
  EXPECT_THAT(
      read("rules:\n  - principle: x\n").error().message,
      ::testing::AllOf(::testing::HasSubstr("acl.yaml:2:"), ::testing::HasSubstr("principal")));
  EXPECT_THAT(read("rules:\n  - principal: x\n    verbs: [teardwon]\n").error().message,
              ::testing::HasSubstr("teardown"));
  EXPECT_THAT(read("rules:\n  - principal: x\n    roles: [a//b]\n").error().message,
              ::testing::HasSubstr("role name"));
}

}  // namespace
}  // namespace fairlead

#include "common/acl.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

Acl one_team() {
  AclRule team;
  team.principal = {"ads"};
  team.roles = {{"analytics/ads"}};
  team.agents = {"rack1-*", "spare"};
  team.users = {"nobody"};
  team.verbs = {Verb::kKill};
  return {{team}};
}

TEST(AccessList, WithoutRulesEverythingIsDenied) {
  EXPECT_FALSE(may_register_role({}, {"x"}, {"a"}).ok());
  EXPECT_FALSE(may_operate({}, {"x"}, Verb::kKill).ok());
}

TEST(AccessList, ARoleIncludesItsSubRolesButNotItsParentOrSiblings) {
  EXPECT_TRUE(may_register_role(one_team(), {"ads"}, {"analytics/ads"}).ok());
  EXPECT_TRUE(may_register_role(one_team(), {"ads"}, {"analytics/ads/night"}).ok());
  EXPECT_FALSE(may_register_role(one_team(), {"ads"}, {"analytics"}).ok());
  EXPECT_FALSE(may_register_role(one_team(), {"ads"}, {"analytics/adsx"}).ok());
}

TEST(AccessList, AgentPatternsMatchExactlyOrByPrefix) {
  EXPECT_TRUE(may_speak_for(one_team(), {"ads"}, {"rack1-7"}).ok());
  EXPECT_TRUE(may_speak_for(one_team(), {"ads"}, {"spare"}).ok());
  EXPECT_FALSE(may_speak_for(one_team(), {"ads"}, {"spare2"}).ok());
  EXPECT_FALSE(may_speak_for(one_team(), {"ads"}, {"rack2-1"}).ok());
}

TEST(AccessList, RulesOfAnotherPrincipalDoNotCount) {
  EXPECT_FALSE(may_register_role(one_team(), {"web"}, {"analytics/ads"}).ok());
}

TEST(AccessList, OnlyNamedUsersAndVerbsAreAllowed) {
  EXPECT_TRUE(may_launch_as(one_team(), {"ads"}, "nobody").ok());
  EXPECT_FALSE(may_launch_as(one_team(), {"ads"}, "root").ok());
  EXPECT_TRUE(may_operate(one_team(), {"ads"}, Verb::kKill).ok());
  EXPECT_FALSE(may_operate(one_team(), {"ads"}, Verb::kSetWeight).ok());
}

TEST(AccessList, APriorityAboveZeroNeedsARuleInThatRole) {
  Acl acl = one_team();
  acl.rules[0].priority_max = 3;
  EXPECT_TRUE(may_use_priority(acl, {"ads"}, {{"analytics/ads"}, 3}).ok());
  EXPECT_FALSE(may_use_priority(acl, {"ads"}, {{"analytics/ads"}, 4}).ok());
  EXPECT_FALSE(may_use_priority(acl, {"ads"}, {{"analytics"}, 1}).ok());
  EXPECT_TRUE(may_use_priority(acl, {"web"}, {{"web"}, 0}).ok());
  EXPECT_TRUE(may_use_priority(permissive_acl(), {"web"}, {{"web"}, 2'000'000'000}).ok());
}

TEST(AccessList, ADrainThatEndsInGoneNeedsTheRightToBoth) {
  Acl acl;
  acl.rules.push_back({.principal = {"ops"}, .verbs = {Verb::kDrainAgent}});
  EXPECT_TRUE(may_ask(acl, {"ops"}, DrainAgent{{"a1"}, {}, {}, false}).ok());
  EXPECT_FALSE(may_ask(acl, {"ops"}, DrainAgent{{"a1"}, {}, {}, true}).ok());
  acl.rules[0].verbs.push_back(Verb::kMarkAgentGone);
  EXPECT_TRUE(may_ask(acl, {"ops"}, DrainAgent{{"a1"}, {}, {}, true}).ok());
  EXPECT_FALSE(may_ask(acl, {"ops"}, ReactivateAgent{{"a1"}}).ok());
}

TEST(AccessList, ReservingAndVolumesAreTwoRights) {
  Acl acl;
  acl.rules.push_back({.principal = {"ops"}, .verbs = {Verb::kReserve}});
  acl.rules.push_back({.principal = {"data"}, .verbs = {Verb::kManageVolumes}});
  const ConvertResources reserve{{"a1"}, operation::Reserve{}};
  const ConvertResources destroy{{"a1"}, operation::DestroyVolume{}};
  EXPECT_TRUE(may_ask(acl, {"ops"}, reserve).ok());
  EXPECT_FALSE(may_ask(acl, {"ops"}, destroy).ok());
  EXPECT_TRUE(may_ask(acl, {"data"}, destroy).ok());
  EXPECT_FALSE(may_ask(acl, {"data"}, reserve).ok());
}

TEST(LaunchUser, ANamedUserIsTakenWhenItIsAllowed) {
  EXPECT_EQ(user_of_launch(one_team(), {"ads"}, "nobody").value(), "nobody");
  EXPECT_FALSE(user_of_launch(one_team(), {"ads"}, "root").ok());
}

TEST(LaunchUser, ATaskThatNamesNoneGetsTheFirstUserOfItsPrincipal) {
  Acl acl = one_team();
  acl.rules[0].users = {"ads", "nobody"};
  EXPECT_EQ(user_of_launch(acl, {"ads"}, "").value(), "ads");
}

TEST(LaunchUser, OnlyWhoMayBeEverybodyRunsAsTheAgentsOwnUser) {
  EXPECT_EQ(user_of_launch(permissive_acl(), {"ads"}, "").value(), "");
  Acl acl = one_team();
  acl.rules[0].users.clear();
  const Result<std::string> denied = user_of_launch(acl, {"ads"}, "");
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().code, ErrorCode::kDenied);
  EXPECT_NE(denied.error().message.find("root"), std::string::npos);
}

TEST(AccessList, WorkIsChangedByItsOwnerOrByWhoManagesWork) {
  Acl acl = one_team();
  EXPECT_TRUE(may_manage_work(acl, {"web"}, {"web"}).ok());
  EXPECT_FALSE(may_manage_work(acl, {"ads"}, {"web"}).ok());
  acl.rules[0].verbs = {Verb::kManageWork};
  EXPECT_TRUE(may_manage_work(acl, {"ads"}, {"web"}).ok());
}

TEST(AccessList, WorkIsPutIntoTheRolesOfItsPrincipal) {
  EXPECT_TRUE(may_use_role(one_team(), {"ads"}, {"analytics/ads/night"}).ok());
  EXPECT_FALSE(may_use_role(one_team(), {"ads"}, {"analytics"}).ok());
}

TEST(AccessList, ADenialNamesWhoAndWhat) {
  Status denied = may_launch_as(one_team(), {"ads"}, "root");
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().code, ErrorCode::kDenied);
  EXPECT_NE(denied.error().message.find("'ads'"), std::string::npos);
  EXPECT_NE(denied.error().message.find("'root'"), std::string::npos);
}

}  // namespace
}  // namespace fairlead

// Bodies that change quotas and weights, and what they have to look like.
#include "master/daemon/role_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::string& body) {
  Result<OperatorCall> call = read_quota_change(body);
  return call.ok() ? "" : call.error().message;
}

TEST(QuotaBody, NamesSeveralRoles) {
  Result<OperatorCall> call = read_quota_change(
      R"({"quotas":[{"role":"a","guarantee":"cpus:1"},{"role":"b/c"}],"force":true})");
  ASSERT_TRUE(call.ok()) << call.error().message;
  EXPECT_FALSE(call->dry_run);
  const QuotaChange& change = std::get<SetQuota>(call->request).change;
  EXPECT_TRUE(change.force);
  ASSERT_EQ(change.settings.size(), 2U);
  EXPECT_EQ(change.settings[0].role, RoleName{"a"});
  EXPECT_EQ(change.settings[0].quota.guarantees[0], 1'000);
  EXPECT_EQ(change.settings[1].role, RoleName{"b/c"});
  EXPECT_TRUE(change.settings[1].quota.is_none());
}

TEST(QuotaBody, SaysWhatItHasToLookLike) {
  for (const char* body :
       {"", "[]", "{}", R"({"quotas":{}})", R"({"quotas":[{"guarantee":"cpus:1"}]})",
        R"({"quotas":[{"role":"a","limits":"cpus:1"}]})", R"({"quotas":[{"role":"a","limit":1}]})",
        R"({"quotas":[],"dry_run":"yes"})", R"({"quotas":[],"forced":true})"}) {
    EXPECT_THAT(refusal(body), HasSubstr(R"("quotas":[{"role":"a/b")")) << body;
  }
}

TEST(QuotaBody, NamesTheRoleWhoseAmountsAreWrong) {
  EXPECT_THAT(refusal(R"({"quotas":[{"role":"a"},{"role":"b","limit":"licenses:4"}]})"),
              HasSubstr("quota of role b: "));
}

TEST(WeightBody, MayAskForADryRun) {
  Result<OperatorCall> call = read_weight_change("a", R"({"weight":"2.5","dry_run":true})");
  ASSERT_TRUE(call.ok()) << call.error().message;
  EXPECT_TRUE(call->dry_run);
  EXPECT_EQ(std::get<SetWeight>(call->request).weight_milli, 2'500);
  for (const char* body : {"", R"({"weight":2.5})", R"({"weight":"2.5","dry-run":true})"}) {
    EXPECT_THAT(read_weight_change("a", body).error().message, HasSubstr(R"({"weight":"2.5")"))
        << body;
  }
  EXPECT_THAT(read_weight_change("a", R"({"weight":"much"})").error().message,
              HasSubstr("0.001..1048.576"));
}

}  // namespace
}  // namespace fairlead

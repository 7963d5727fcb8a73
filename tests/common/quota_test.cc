#include "common/quota.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

Quota quota(std::string_view guarantees, std::string_view limits = "") {
  return parse_quota(guarantees, limits).value();
}

std::string refusal(const std::map<RoleName, Quota>& quotas, const QuotaChange& change) {
  Quantities cluster = parse_amounts("cpus:100;mem:100GiB")->scalars;
  Status valid = check_quotas(quotas, change, cluster);
  return valid.ok() ? "" : valid.error().message;
}

TEST(QuotaText, KeepsALimitOfNothingApartFromNoLimit) {
  EXPECT_EQ(to_string(quota("cpus:0.5;mem:2GiB", "gpus:0")),
            "guarantee cpus:0.5;mem:2GiB, limit gpus:0");
  EXPECT_EQ(to_string(Quota{}), "guarantee none, limit none");
  EXPECT_TRUE(quota("").is_none());
  EXPECT_FALSE(quota("", "cpus:0").is_none());
}

TEST(QuotaText, RefusesWhatQuotaDoesNotCount) {
  for (const char* text : {"licenses:4", "ports:[1-2]", "cpus:1;cpus:2", "cpus", "cpus:0.0001"}) {
    EXPECT_FALSE(parse_quota_amounts(text, {}).ok()) << text;
  }
}

TEST(QuotaRules, AGuaranteeIsAtMostTheLimit) {
  EXPECT_EQ(refusal({}, {.settings = {{{"a"}, quota("cpus:4", "cpus:4")}}}), "");
  EXPECT_EQ(refusal({}, {.settings = {{{"a"}, quota("cpus:5", "cpus:4")}}}),
            "quota of role a: expected a guarantee of at most its limit cpus:4, got \"cpus:5\"");
}

TEST(QuotaRules, GuaranteesOfSubRolesFitIntoThatOfTheirParent) {
  std::map<RoleName, Quota> quotas = {{{"a"}, quota("cpus:10")}, {{"a/x"}, quota("cpus:6")}};
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a/y"}, quota("cpus:4")}}}), "");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a/y"}, quota("cpus:5")}}}),
            "quota of role a/y: expected guarantees below role a of at most its own cpus:10, got "
            "\"cpus:11 together\"; hint: raise the guarantee of a first, or lower one below it");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a/y"}, quota("mem:1GiB")}}}), "")
      << "of what the parent does not name, it guarantees what its sub-roles are guaranteed";
  EXPECT_NE(refusal(quotas, {.settings = {{{"a"}, quota("cpus:5")}}}), "");
}

TEST(QuotaRules, ALevelWithoutAGuaranteeBetweenTwoHidesNothing) {
  std::map<RoleName, Quota> quotas = {{{"a"}, quota("cpus:10")}, {{"a/x/1"}, quota("cpus:6")}};
  EXPECT_NE(refusal(quotas, {.settings = {{{"a/x/2"}, quota("cpus:5")}}}), "");
}

TEST(QuotaRules, ALimitIsAtMostThatOfEveryRoleAbove) {
  std::map<RoleName, Quota> quotas = {{{"a"}, quota("", "cpus:8")}};
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a/x/y"}, quota("", "cpus:8;mem:1GiB")}}}), "");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a/x/y"}, quota("", "cpus:9")}}}),
            "quota of role a/x/y: expected a limit of role a/x/y of at most cpus:8, which is that "
            "of role a, got \"cpus:9\"");
  EXPECT_NE(refusal(quotas, {.settings = {{{"a/x"}, quota("cpus:9")}}}), "");
}

TEST(QuotaRules, GuaranteesFitIntoTheClusterUnlessForced) {
  std::map<RoleName, Quota> quotas = {{{"a"}, quota("cpus:60")}, {{"a/x"}, quota("cpus:60")}};
  EXPECT_EQ(refusal(quotas, {.settings = {{{"b"}, quota("cpus:40")}}}), "");
  EXPECT_EQ(
      refusal(quotas, {.settings = {{{"b"}, quota("cpus:41")}}}),
      "quota of role b: expected guarantees of at most the cluster's cpus:100, got \"cpus:101 "
      "together\"; hint: force it if agents are still to come");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"b"}, quota("cpus:41")}}, .force = true}), "");
}

TEST(QuotaRules, LessOfWhatIsTooMuchAlreadyIsNotRefused) {
  std::map<RoleName, Quota> quotas = {{{"a"}, quota("cpus:300")}};
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a"}, quota("cpus:200")}}}), "");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"b"}, quota("mem:1GiB")}}}), "");
  EXPECT_NE(refusal(quotas, {.settings = {{{"b"}, quota("cpus:1")}}}), "");
}

TEST(QuotaRules, SettingsOfOneChangeCountTogether) {
  std::map<RoleName, Quota> quotas = {{{"a"}, quota("cpus:100")}};
  EXPECT_NE(refusal(quotas, {.settings = {{{"b"}, quota("cpus:40")}}}), "");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"b"}, quota("cpus:40")}, {{"a"}, quota("cpus:60")}}}),
            "");
  EXPECT_EQ(refusal({}, {.settings = {{{"b"}, quota("cpus:60")}, {{"a"}, quota("cpus:60")}}}),
            "quota of role b: expected guarantees of at most the cluster's cpus:100, got "
            "\"cpus:120 together\"; hint: force it if agents are still to come");
  EXPECT_EQ(refusal(quotas, {.settings = {{{"a/x"}, quota("", "cpus:8")}, {{"a"}, {}}}}), "");
}

TEST(QuotaRules, AChangeNamesSomeRolesEachOnce) {
  EXPECT_EQ(refusal({}, {}), "quota: expected 1..128 roles, got \"0\"");
  EXPECT_EQ(refusal({}, {.settings = {{{"a"}, quota("cpus:1")}, {{"a"}, {}}}}),
            "quota of role a: expected each role once in one change, got \"it twice\"");
}

TEST(QuotaRules, EvenForcedGuaranteesHaveABound) {
  const char* most = "cpus:4503599627370.496";
  EXPECT_EQ(refusal({}, {.settings = {{{"a"}, quota(most)}}, .force = true}), "");
  EXPECT_NE(
      refusal({}, {.settings = {{{"a"}, quota(most)}, {{"b"}, quota("cpus:1")}}, .force = true}),
      "");
}

}  // namespace
}  // namespace fairlead

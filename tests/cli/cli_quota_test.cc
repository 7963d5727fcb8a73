// Quotas and weights at the command line: what is sent, and what people read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_cluster.h"

namespace fairlead::cli {
namespace {

using ::testing::HasSubstr;

TEST(CliQuota, SetSendsBothPartsAndSaysWhatCounts) {
  FakeCluster cluster;
  cluster.answer("POST /api/v1/quota", "{}");
  EXPECT_EQ(
      cluster.run({"quota", "set", "a/b", "--guarantee", "cpus:4;mem:8GiB", "--limit", "cpus:8"})
          .out,
      "role a/b: guarantee cpus:4;mem:8GiB, limit cpus:8\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/quota"),
            R"({"force":false,"quotas":[{"guarantee":"cpus:4;mem:8GiB","limit":"cpus:8",)"
            R"("role":"a/b"}]})");
}

TEST(CliQuota, BadAmountsNeverReachTheCluster) {
  const CliRun nothing = run_alone({"quota", "set", "a"});
  EXPECT_EQ(nothing.exit_code, 64);
  EXPECT_THAT(nothing.err, HasSubstr("--guarantee, --limit or both"));
  const CliRun unknown = run_alone({"quota", "set", "a", "--limit", "licenses:4"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_THAT(unknown.err, HasSubstr("flag --limit: "));
  EXPECT_THAT(unknown.err, HasSubstr("cpus, mem, disk or gpus"));
}

TEST(CliQuota, ShowIsAListing) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/quota",
                 R"({"quotas":[{"role":"a","guarantee":{"cpus":"4"},"limit":{"cpus":"8"},
                 "consumed":{"cpus":"3"},"held":{"cpus":"1"}},
                 {"role":"b","guarantee":{},"limit":{"gpus":"0"},"consumed":{},"held":{}}]})");
  EXPECT_EQ(cluster.run({"quota", "show"}).out,
            "ROLE  GUARANTEE  LIMIT   CONSUMED  HELD\n"
            "a     cpus:4     cpus:8  cpus:3    cpus:1\n"
            "b     -          gpus:0  -         -\n");
  EXPECT_EQ(cluster.run({"quota", "show", "b"}).out,
            "ROLE  GUARANTEE  LIMIT   CONSUMED  HELD\n"
            "b     -          gpus:0  -         -\n");
  EXPECT_EQ(cluster.run({"quota", "show", "c"}).out, "role c has no quota\n");
}

TEST(CliQuota, RemoveTellsASlipFromASuccess) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/quota", R"({"quotas":[{"role":"a"}]})");
  cluster.answer("POST /api/v1/quota", "{}");
  EXPECT_EQ(cluster.run({"quota", "remove", "a"}).out, "role a has no quota any more\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/quota"), R"({"quotas":[{"role":"a"}]})");
  const CliRun slip = cluster.run({"quota", "remove", "ab"});
  EXPECT_EQ(slip.exit_code, 4);
  EXPECT_THAT(slip.err, HasSubstr("role ab has no quota"));
}

TEST(CliQuota, ADryRunSaysWhatWouldFollow) {
  FakeCluster cluster;
  cluster.answer("POST /api/v1/roles/b/weight", R"({"dry_run":true,
      "rescinded":[{"offer":4,"framework":"f-1","framework_name":"pods","role":"a",
                    "agent":"a-1","hostname":"n1","resources":{"cpus":"2"},
                    "reason":"role a is over its limit"}],
      "offered":[{"framework":"f-2","framework_name":"batch","role":"b","agent":"a-1",
                  "hostname":"n1","resources":{"cpus":"2"}}],
      "delayed":[{"role":"a","why":"role b comes before it: its share is smaller for its weight"}],
      "sooner":[],
      "over_limit":[{"role":"a","excess":{"cpus":"1"},"held_by":[
          {"framework":"f-1","framework_name":"pods","role":"a","held":{"cpus":"5"},"tasks":5}]}]})");
  EXPECT_EQ(cluster.run({"weight", "set", "b", "2", "--dry-run"}).out,
            "offers that would be rescinded:\n"
            "  4 of pods (f-1) as a on n1: cpus:2 (role a is over its limit)\n"
            "offers that would be made at once:\n"
            "  to batch (f-2) as b on n1: cpus:2\n"
            "roles that would wait longer:\n"
            "  role a: role b comes before it: its share is smaller for its weight\n"
            "roles above their limit, which get no more until this is given back:\n"
            "  role a: cpus:1 too much\n"
            "    pods (f-1) as a holds cpus:5 in 5 tasks\n"
            "dry run: nothing was changed\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/roles/b/weight"), R"({"dry_run":true,"weight":"2"})");
}

TEST(CliQuota, ADryRunWithoutConsequencesSaysSo) {
  FakeCluster cluster;
  cluster.answer("POST /api/v1/quota", R"({"dry_run":true})");
  EXPECT_EQ(cluster.run({"quota", "set", "a", "--limit", "cpus:9", "--dry-run"}).out,
            "nothing would change now\ndry run: nothing was changed\n");
}

TEST(CliQuota, WeightsThatAreOneAreNotListed) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/roles",
                 R"({"roles":[{"role":"a","weight":"2.5"},{"role":"b","weight":"1"}]})");
  EXPECT_EQ(cluster.run({"weight", "show"}).out, "ROLE  WEIGHT\na     2.5\n");
}

}  // namespace
}  // namespace fairlead::cli

// Plans as text, for each cgroup layout, and what no plan is made for.
// FAIRLEAD_REWRITE=1 takes over what they are now; read the difference before it is committed.
#include "isolators/plan.h"

#include <gtest/gtest.h>

#include "tests/support/golden_file.h"

namespace fairlead::isolators {
namespace {

HostFacts v1_host() {
  return {.layout = CgroupLayout::kV1,
          .cpu_mount = "/cg/cpu",
          .cpuacct_mount = "/cg/cpuacct",
          .memory_mount = "/cg/memory",
          .pids_mount = "/cg/pids",
          .freezer_mount = "/cg/freezer",
          .has_memsw = true};
}
HostFacts hybrid_host() {
  HostFacts host = v1_host();
  host.layout = CgroupLayout::kHybrid;
  host.unified_mount = "/cg/unified";
  return host;
}
HostFacts v2_host() {
  return {.layout = CgroupLayout::kV2, .unified_mount = "/cg", .has_memsw = true};
}

ContainerSpec full_spec() {
  ContainerSpec spec;
  spec.id = {"web-1"};
  spec.hostname = "web-1";
  spec.cpu_milli = 1'500;
  spec.cpu_limit_milli = 2'000;
  spec.memory_limit_kib = 64 << 10;
  spec.pids_max = 50;
  spec.rlimits = {{"nofile", 1'024, 4'096}};
  return spec;
}

void expect_golden(const std::string& name, const ContainerSpec& spec, const HostFacts& host) {
  const Result<ContainerPlan> made = plan(spec, host, "fairlead/a1");
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(test::matches_golden(FAIRLEAD_SOURCE_DIR "/tests/isolators/golden/" + name + ".txt",
                                   to_string(*made)));
}

TEST(IsolatorPlan, GoldenForV1) {
  expect_golden("v1_full", full_spec(), v1_host());
}
TEST(IsolatorPlan, GoldenForHybrid) {
  expect_golden("hybrid_full", full_spec(), hybrid_host());
}
TEST(IsolatorPlan, GoldenForV2) {
  expect_golden("v2_full", full_spec(), v2_host());
}

TEST(IsolatorPlan, GoldenWithoutAnyLimit) {
  ContainerSpec spec;
  spec.id = {"free"};
  expect_golden("hybrid_unlimited", spec, hybrid_host());
}

TEST(IsolatorPlan, CombinedCpuAndCpuacctMountMakesOneCgroup) {
  HostFacts host = v1_host();
  host.cpuacct_mount = host.cpu_mount;
  const Result<ContainerPlan> made = plan(full_spec(), host, "fairlead/a1");
  ASSERT_TRUE(made.ok());
  const std::vector<std::string> expected = {
      "/cg/cpu/fairlead/a1/web-1", "/cg/memory/fairlead/a1/web-1", "/cg/pids/fairlead/a1/web-1",
      "/cg/freezer/fairlead/a1/web-1"};
  EXPECT_EQ(cgroup_directories(*made), expected);
}

TEST(IsolatorPlan, EveryPathStaysBelowItsMountWhateverTheIdSays) {
  for (const char* id :
       {"", ".", "..", "../x", "a/b", "/etc", "-x", ".x", "A", "a b", "a\nb", "ä"}) {
    ContainerSpec spec = full_spec();
    spec.id.text = id;
    EXPECT_FALSE(plan(spec, v1_host(), "fairlead/a1").ok()) << id;
  }
  ContainerSpec nul = full_spec();
  nul.id.text = std::string("a\0b", 3);
  EXPECT_FALSE(plan(nul, v1_host(), "fairlead/a1").ok());
  for (const char* parent :
       {"", "/", "fairlead/", "/fairlead", "fairlead//a", "fairlead/..", "a/b/c/d/e"}) {
    EXPECT_FALSE(plan(full_spec(), v1_host(), parent).ok()) << parent;
  }
}

TEST(IsolatorPlan, IdOfAllowedLengthOnly) {
  ContainerSpec spec = full_spec();
  spec.id.text = std::string(128, 'a');
  EXPECT_TRUE(plan(spec, v1_host(), "fairlead/a1").ok());
  spec.id.text += 'a';
  EXPECT_FALSE(plan(spec, v1_host(), "fairlead/a1").ok());
}

TEST(IsolatorPlan, AmountsOutsideTheirRangeAreRefused) {
  auto refused = [](auto change) {
    ContainerSpec spec = full_spec();
    change(spec);
    return !plan(spec, v1_host(), "fairlead/a1").ok();
  };
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.cpu_milli = -1; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.cpu_milli = INT64_MAX; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.cpu_limit_milli = 0; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.memory_limit_kib = -1; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.memory_limit_kib = INT64_MAX; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.pids_max = 4'194'305; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.rlimits = {{"nofiles", 1, 1}}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.rlimits = {{"nofile", 2, 1}}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.rlimits = {{"nofile", 1, 1}, {"nofile", 1, 1}}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.hostname = "a b"; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.hostname = std::string(64, 'a'); }));
}

TEST(IsolatorPlan, SharesStayWithinWhatTheKernelTakes) {
  ContainerSpec spec = full_spec();
  spec.cpu_milli = 0;
  EXPECT_NE(to_string(*plan(spec, v1_host(), "p")).find("cpu.shares = 2\n"), std::string::npos);
  EXPECT_NE(to_string(*plan(spec, v2_host(), "p")).find("cpu.weight = 1\n"), std::string::npos);
  spec.cpu_milli = 1'000'000;
  EXPECT_NE(to_string(*plan(spec, v1_host(), "p")).find("cpu.shares = 262144\n"),
            std::string::npos);
  EXPECT_NE(to_string(*plan(spec, v2_host(), "p")).find("cpu.weight = 10000\n"), std::string::npos);
  spec.cpu_limit_milli = 1;
  EXPECT_NE(to_string(*plan(spec, v1_host(), "p")).find("cpu.cfs_quota_us = 1000\n"),
            std::string::npos);
}

TEST(IsolatorPlan, LimitWithoutItsControllerIsUnsupported) {
  HostFacts host = v1_host();
  host.memory_mount.clear();
  const Result<ContainerPlan> made = plan(full_spec(), host, "fairlead/a1");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::kUnsupported);
  ContainerSpec free = full_spec();
  free.memory_limit_kib = 0;
  EXPECT_TRUE(plan(free, host, "fairlead/a1").ok());
}

}  // namespace
}  // namespace fairlead::isolators

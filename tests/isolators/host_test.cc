#include "isolators/apply/host.h"

#include <gtest/gtest.h>

namespace fairlead::isolators {
namespace {

TEST(HostFactsFromMounts, HybridLayoutFindsEveryController) {
  const HostFacts host = host_from_mounts(
      "tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0\n"
      "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n"
      "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n"
      "cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0\n"
      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
      "cgroup2 /elsewhere cgroup2 rw 0 0\n");
  EXPECT_EQ(host.layout, CgroupLayout::kHybrid);
  EXPECT_EQ(host.cpu_mount, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(host.cpuacct_mount, host.cpu_mount);
  EXPECT_EQ(host.memory_mount, "/sys/fs/cgroup/memory");
  EXPECT_EQ(host.pids_mount, "/sys/fs/cgroup/pids");
  EXPECT_EQ(host.freezer_mount, "");
  EXPECT_EQ(host.unified_mount, "/sys/fs/cgroup/unified");
}

TEST(HostFactsFromMounts, OnlyTheUnifiedTreeIsV2AndOnlyControllersAreV1) {
  EXPECT_EQ(host_from_mounts("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n").layout, CgroupLayout::kV2);
  EXPECT_EQ(host_from_mounts("cgroup /cg/cpu cgroup rw,cpu 0 0\n").layout, CgroupLayout::kV1);
}

TEST(HostFactsFromMounts, DamagedLinesAreSkipped) {
  EXPECT_EQ(host_from_mounts("\n\ncgroup2\nx y\n cgroup2 / \n"), HostFacts{});
}

}  // namespace
}  // namespace fairlead::isolators

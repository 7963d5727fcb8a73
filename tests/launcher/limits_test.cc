// Limits hold, nothing outlives its task, and what happened is said.
#include <signal.h>

#include <fstream>

#include "tests/launcher/fixture.h"

namespace fairlead::test {
namespace {

class ContainerLimits : public ContainerTest {
 protected:
  std::int64_t pids_inside(const std::string& id) {
    const Result<ResourceUsage> usage = launcher_->usage({id});
    return usage ? usage->pids : -1;
  }
};

TEST_F(ContainerLimits, TaskAboveItsMemoryLimitIsKilledAndReportedWithItsPeak) {
  // tail keeps the endless first line in memory.
  ContainerSpec spec = shell("oom", "exec tail /dev/zero");
  spec.memory_limit_kib = 64 << 10;
  const ContainerExit exit = run(spec);
  EXPECT_TRUE(exit.oom_killed);
  ASSERT_TRUE(exit.exit.has_value());
  EXPECT_EQ(exit.exit->signal, SIGKILL);
  EXPECT_GT(exit.usage.memory_peak_bytes, 60 << 20);
  EXPECT_LE(exit.usage.memory_peak_bytes, 64 << 20);
}

TEST_F(ContainerLimits, OomOfAChildIsProvedBesideTheTasksOwnExitCode) {
  ContainerSpec spec = shell("oomchild", "tail /dev/zero >/dev/null; exit 3");
  spec.memory_limit_kib = 64 << 10;
  const ContainerExit exit = run(spec);
  EXPECT_TRUE(exit.oom_killed);
  ASSERT_TRUE(exit.exit.has_value());
  EXPECT_EQ(exit.exit->code, 3);
}

TEST_F(ContainerLimits, OrdinaryEndIsNoOom) {
  EXPECT_FALSE(run(shell("calm", "true")).oom_killed);
}

TEST_F(ContainerLimits, TaskWithNPidsHasExactlyNProcessesOfItsOwn) {
  // The shell is the first of five; a shell that cannot fork ends.
  ContainerSpec spec = shell("five",
                             "for i in 2 3 4 5; do sleep 100 & done; echo five run; "
                             "sleep 100 & echo six run");
  spec.pids_max = 5;
  EXPECT_NE(run(spec).exit->code, 0);
  EXPECT_EQ(output("five"), "five run\n");
}

TEST_F(ContainerLimits, OnePidIsEnoughForATaskThatDoesNotFork) {
  ContainerSpec spec = shell("one", "echo alone; exec true");
  spec.pids_max = 1;
  EXPECT_EQ(run(spec).exit->code, 0);
  EXPECT_EQ(output("one"), "alone\n");
}

TEST_F(ContainerLimits, ForkBombStaysInsideItsPidsAndDiesWhole) {
  // A shell that cannot fork ends; the others go on, so the bomb itself never does.
  ContainerSpec spec =
      shell("bomb", "echo go; bomb() { while :; do bomb & done; }; (bomb) & exec sleep 100");
  spec.pids_max = 50;
  ASSERT_TRUE(launcher_->launch(spec).ok());
  ASSERT_TRUE(wait_output("bomb", "go"));
  std::int64_t most = 0;
  loop_.run_until(
      [&] {
        most = std::max(most, pids_inside("bomb"));
        return false;
      },
      300);
  EXPECT_GT(most, 10);
  // The kernel counts a fork before it refuses it: each CPU may be seen with one too many.
  EXPECT_LE(most, 50 + ::sysconf(_SC_NPROCESSORS_ONLN));
  ASSERT_TRUE(launcher_->kill_now({"bomb"}).ok());
  ASSERT_TRUE(wait_exited("bomb"));
  EXPECT_FALSE(has_cgroup("bomb"));
}

TEST_F(ContainerLimits, DaemonThatForkedTwiceDiesWithItsTask) {
  const ContainerExit exit = run(shell(
      "daemon", "(setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1; done' &) ; echo done"));
  ASSERT_TRUE(exit.exit.has_value());
  EXPECT_EQ(exit.exit->code, 0);
  // A cgroup with a process inside cannot be removed.
  EXPECT_FALSE(has_cgroup("daemon"));
}

TEST_F(ContainerLimits, StopSignalReachesTheTasksWholeGroup) {
  ASSERT_TRUE(
      launcher_
          ->launch(shell("stop", "trap 'echo stopped; exit 5' TERM; echo up; sleep 100 & wait"))
          .ok());
  ASSERT_TRUE(wait_output("stop", "up"));
  ASSERT_TRUE(launcher_->terminate({"stop"}).ok());
  ASSERT_TRUE(wait_exited("stop"));
  EXPECT_EQ(exits_[{"stop"}].front().exit->code, 5);
  EXPECT_EQ(output("stop"), "up\nstopped\n");
}

TEST_F(ContainerLimits, TaskThatIgnoresTheStopSignalDiesByTheKill) {
  ASSERT_TRUE(
      launcher_->launch(shell("stubborn", "trap '' TERM; echo up; while :; do sleep 1; done"))
          .ok());
  ASSERT_TRUE(wait_output("stubborn", "up"));
  ASSERT_TRUE(launcher_->terminate({"stubborn"}).ok());
  EXPECT_FALSE(loop_.run_until([&] { return exits_.contains({"stubborn"}); }, 200));
  ASSERT_TRUE(launcher_->kill_now({"stubborn"}).ok());
  ASSERT_TRUE(wait_exited("stubborn"));
  EXPECT_EQ(exits_[{"stubborn"}].front().exit->signal, SIGKILL);
}

TEST_F(ContainerLimits, StopRightAfterTheLaunchIsNotLost) {
  ASSERT_TRUE(launcher_->launch(shell("early", "sleep 100")).ok());
  ASSERT_TRUE(launcher_->terminate({"early"}).ok());
  ASSERT_TRUE(wait_exited("early"));
  EXPECT_EQ(exits_[{"early"}].front().exit->signal, SIGTERM);
}

TEST_F(ContainerLimits, CpuLimitThrottles) {
  ContainerSpec spec = shell("cpu", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done");
  spec.cpu_limit_milli = 100;
  const ContainerExit exit = run(spec);
  EXPECT_GT(exit.usage.throttled_ns, 0);
}

TEST_F(ContainerLimits, RotatedLogsHoldEveryByteInOrder) {
  ContainerSpec spec = shell("logs", "seq 1 100000");
  spec.log_bytes_max = 100'000;
  spec.log_files_max = 9;
  const ContainerExit exit = run(spec);
  std::string all;
  for (int i = 9; i >= 1; --i) all += output("logs", "stdout." + std::to_string(i));
  all += output("logs");
  std::string expected;
  for (int i = 1; i <= 100'000; ++i) expected += std::to_string(i) + "\n";
  EXPECT_EQ(all.size(), expected.size());
  EXPECT_TRUE(all == expected);
  EXPECT_EQ(exit.log_bytes_dropped, 0);
  EXPECT_EQ(output("logs", "stdout.1").size(), 100'000U);
}

TEST_F(ContainerLimits, OnlyTheAskedNumberOfRotatedLogsIsKept) {
  ContainerSpec spec = shell("fewlogs", "seq 1 100000");
  spec.log_bytes_max = 100'000;
  spec.log_files_max = 2;
  run(spec);
  EXPECT_TRUE(std::filesystem::exists(root_ + "/fewlogs/stdout.2"));
  EXPECT_FALSE(std::filesystem::exists(root_ + "/fewlogs/stdout.3"));
}

TEST_F(ContainerLimits, RotationFollowsNoLinkThatTheTaskPlanted) {
  const std::string victim = root_ + "/victim";
  std::ofstream(victim) << "precious";
  ContainerSpec spec = shell("link", "rm stdout; ln -s " + victim + " stdout; seq 1 50000");
  spec.log_bytes_max = 10'000;
  run(spec);
  std::ifstream in(victim);
  std::string content;
  in >> content;
  EXPECT_EQ(content, "precious");
}

TEST_F(ContainerLimits, UsageOfARunningContainerIsRead) {
  ASSERT_TRUE(launcher_->launch(shell("usage", "echo up; sleep 100; :")).ok());
  ASSERT_TRUE(wait_output("usage", "up"));
  // sh and sleep; the container's own init is not the task's.
  EXPECT_TRUE(loop_.run_until([&] { return pids_inside("usage") == 2; }, 5'000));
  const Result<ResourceUsage> usage = launcher_->usage({"usage"});
  ASSERT_TRUE(usage.ok());
  EXPECT_GT(usage->memory_bytes, 0);
  EXPECT_GT(usage->cpu_ns, 0);
  ASSERT_TRUE(launcher_->kill_now({"usage"}).ok());
  ASSERT_TRUE(wait_exited("usage"));
}

}  // namespace
}  // namespace fairlead::test

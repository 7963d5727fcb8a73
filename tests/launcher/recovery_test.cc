// The agent dies, the shim dies, a step fails: nothing is lost, nothing is left.
#include <signal.h>
#include <sys/mount.h>

#include <fstream>

#include "tests/launcher/fixture.h"

namespace fairlead::test {
namespace {

class ContainerRecovery : public ContainerTest {};

TEST_F(ContainerRecovery, NewLauncherAdoptsARunningContainerAndGetsItsExit) {
  const ContainerSpec spec =
      shell("adopt", "echo up; while [ ! -e go ]; do sleep 0.02; done; echo end; exit 9");
  ASSERT_TRUE(launcher_->launch(spec).ok());
  ASSERT_TRUE(wait_started("adopt"));
  launcher_.reset();
  EXPECT_EQ(loop_.watched(), 0U);
  make_launcher();
  ASSERT_TRUE(launcher_->adopt(spec.id, spec.meta, started_[spec.id].shim).ok());
  EXPECT_EQ(launcher_->containers(), 1U);
  EXPECT_TRUE(exits_.empty());
  std::ofstream(root_ + "/adopt/go").flush();
  ASSERT_TRUE(wait_exited("adopt"));
  EXPECT_EQ(exits_[spec.id].front().exit->code, 9);
  EXPECT_EQ(output("adopt"), "up\nend\n");
}

TEST_F(ContainerRecovery, AdoptionWithoutAnIdentityFindsTheShimByItself) {
  const ContainerSpec spec = shell("unnamed", "sleep 100");
  ASSERT_TRUE(launcher_->launch(spec).ok());
  launcher_.reset();  // before it learnt anything
  make_launcher();
  ASSERT_TRUE(launcher_->adopt(spec.id, spec.meta, {}).ok());
  ASSERT_EQ(launcher_->containers(), 1U);
  ASSERT_TRUE(wait_started("unnamed"));
  ASSERT_TRUE(launcher_->kill_now(spec.id).ok());
  ASSERT_TRUE(wait_exited("unnamed"));
  EXPECT_EQ(exits_[spec.id].front().exit->signal, SIGKILL);
}

TEST_F(ContainerRecovery, ContainerThatNeverBeganIsToldApartFromALostStatus) {
  const ContainerSpec spec = shell("never", "true");
  ASSERT_TRUE(launcher_->adopt(spec.id, spec.meta, {}).ok());
  ASSERT_TRUE(exits_.contains(spec.id));
  EXPECT_EQ(exits_[spec.id].front().launch_error, "its shim had not begun");
  EXPECT_FALSE(exits_[spec.id].front().exit.has_value());
}

TEST_F(ContainerRecovery, ExitThatHappenedWhileTheAgentWasAwayIsReportedAtAdoption) {
  const ContainerSpec spec = shell("away", "exit 4");
  ASSERT_TRUE(launcher_->launch(spec).ok());
  ASSERT_TRUE(wait_exited("away"));
  exits_.clear();
  make_launcher();
  ASSERT_TRUE(launcher_->adopt(spec.id, spec.meta, started_[spec.id].shim).ok());
  ASSERT_TRUE(exits_.contains(spec.id));
  EXPECT_EQ(exits_[spec.id].front().exit->code, 4);
  EXPECT_EQ(launcher_->containers(), 0U);
}

TEST_F(ContainerRecovery, TaskThatFillsTheDiskRunsOnAndItsExitIsReported) {
  const std::string disk = root_ + "/disk";
  std::filesystem::create_directory(disk);
  ASSERT_EQ(::mount("fairlead-test", disk.c_str(), "tmpfs", 0, "size=256k"), 0);
  ContainerSpec spec = shell("full", "cat /dev/zero > fill; seq 1 100000; rm fill; exit 6");
  spec.sandbox = disk + "/sandbox";
  spec.meta = disk + "/meta";
  spec.log_bytes_max = 0;
  const ContainerExit exit = run(spec);
  EXPECT_EQ(::umount(disk.c_str()), 0);
  ASSERT_TRUE(exit.exit.has_value()) << exit.launch_error;
  EXPECT_EQ(exit.exit->code, 6);
  EXPECT_GT(exit.log_bytes_dropped, 0);
}

TEST_F(ContainerRecovery, ExitReportHasItsPlaceOnADiskThatStaysFull) {
  const std::string disk = root_ + "/disk";
  std::filesystem::create_directory(disk);
  ASSERT_EQ(::mount("fairlead-test", disk.c_str(), "tmpfs", 0, "size=256k"), 0);
  ContainerSpec spec = shell("stuffed", "cat /dev/zero > fill; exit 6");
  spec.sandbox = disk + "/sandbox";
  spec.meta = disk + "/meta";
  const ContainerExit exit = run(spec);
  EXPECT_EQ(::umount(disk.c_str()), 0);
  ASSERT_TRUE(exit.exit.has_value()) << exit.launch_error;
  EXPECT_EQ(exit.exit->code, 6);
}

TEST_F(ContainerRecovery, LaunchOnAFullDiskIsRefusedWithItsReason) {
  const std::string disk = root_ + "/disk";
  std::filesystem::create_directory(disk);
  ASSERT_EQ(::mount("fairlead-test", disk.c_str(), "tmpfs", 0, "size=4k"), 0);
  std::filesystem::create_directory(disk + "/meta");
  std::ofstream(disk + "/fill") << std::string(4096, 'x');
  ContainerSpec spec = shell("nospace", "true");
  spec.meta = disk + "/meta";
  const ContainerExit exit = run(spec);
  EXPECT_EQ(::umount(disk.c_str()), 0);
  EXPECT_NE(exit.launch_error.find("No space left on device"), std::string::npos)
      << exit.launch_error;
  EXPECT_TRUE(exit.is_machine_full);
}

TEST_F(ContainerRecovery, PidThatBelongsToAnotherProcessIsNotAdopted) {
  const ContainerSpec spec = shell("reused", "true");
  std::filesystem::create_directory(spec.meta);
  ASSERT_TRUE(launcher_->adopt(spec.id, spec.meta, {::getpid(), 1}).ok());
  ASSERT_TRUE(exits_.contains(spec.id));
  EXPECT_FALSE(exits_[spec.id].front().exit.has_value());
}

TEST_F(ContainerRecovery, KilledShimMeansStatusLostAndContainerDestroyed) {
  ASSERT_TRUE(
      launcher_->launch(shell("lost", "trap '' TERM; echo up; while :; do sleep 1; done")).ok());
  ASSERT_TRUE(wait_started("lost"));
  ::kill(started_[{"lost"}].shim.pid, SIGKILL);
  ASSERT_TRUE(wait_exited("lost"));
  const ContainerExit& exit = exits_[{"lost"}].front();
  EXPECT_FALSE(exit.exit.has_value());
  EXPECT_EQ(exit.launch_error, "");
  EXPECT_FALSE(has_cgroup("lost"));
}

TEST_F(ContainerRecovery, ContainersThatNobodyKnowsAreDestroyed) {
  ASSERT_TRUE(launcher_->launch(shell("orphan", "sleep 100")).ok());
  ASSERT_TRUE(launcher_->launch(shell("known", "sleep 100")).ok());
  ASSERT_TRUE(wait_started("orphan"));
  ASSERT_TRUE(wait_started("known"));
  launcher_.reset();
  make_launcher();
  const std::vector<ContainerId> destroyed = launcher_->destroy_orphans({{"known"}});
  EXPECT_EQ(destroyed, std::vector<ContainerId>{{"orphan"}});
  EXPECT_FALSE(has_cgroup("orphan"));
  EXPECT_TRUE(has_cgroup("known"));
  const ContainerSpec known = shell("known", "");
  ASSERT_TRUE(launcher_->adopt(known.id, known.meta, started_[known.id].shim).ok());
  ASSERT_TRUE(launcher_->kill_now(known.id).ok());
  ASSERT_TRUE(wait_exited("known"));
  // Its shim notices, reports and ends by itself.
  const ContainerSpec orphan = shell("orphan", "");
  ASSERT_TRUE(launcher_->adopt(orphan.id, orphan.meta, started_[orphan.id].shim).ok());
  ASSERT_TRUE(wait_exited("orphan"));
}

TEST_F(ContainerRecovery, StepThatFailsHalfWayLeavesNoCgroup) {
  if (host_.layout == isolators::CgroupLayout::kV2) GTEST_SKIP() << "needs cgroup v1";
  host_.memory_mount = host_.freezer_mount;  // where there is no memory.limit_in_bytes
  make_launcher();
  const ContainerExit exit = run(shell("halfway", "true"));
  EXPECT_NE(exit.launch_error.find("memory.limit_in_bytes: No such file"), std::string::npos)
      << exit.launch_error;
  EXPECT_FALSE(has_cgroup("halfway"));
}

TEST_F(ContainerRecovery, CgroupsThatTheTaskMadeInsideItsOwnGoToo) {
  const std::string inner = host_.unified_mount + "/" + parent_ + "/nested/inner/deep";
  ASSERT_TRUE(
      launcher_->launch(shell("nested", "mkdir -p " + inner + "; echo up; sleep 100")).ok());
  ASSERT_TRUE(wait_output("nested", "up"));
  ASSERT_TRUE(launcher_->kill_now({"nested"}).ok());
  ASSERT_TRUE(wait_exited("nested"));
  EXPECT_FALSE(has_cgroup("nested"));
}

/// The same containers on a host that has cgroup v1 only: no cgroup.kill, freezer instead.
class ContainerOnV1 : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (IsSkipped()) return;
    if (host_.layout != isolators::CgroupLayout::kHybrid) GTEST_SKIP() << "needs cgroup v1";
    host_.layout = isolators::CgroupLayout::kV1;
    host_.unified_mount.clear();
    make_launcher();
  }
};

TEST_F(ContainerOnV1, RunsAndIsAccounted) {
  const ContainerExit exit = run(shell("v1", "echo hello; exit 2"));
  ASSERT_TRUE(exit.exit.has_value()) << exit.launch_error;
  EXPECT_EQ(exit.exit->code, 2);
  EXPECT_GT(exit.usage.cpu_ns, 0);
  EXPECT_EQ(output("v1"), "hello\n");
}

TEST_F(ContainerOnV1, LeftOverForkBombIsFrozenKilledAndRemoved) {
  ContainerSpec spec = shell("v1bomb", "echo go; while :; do sleep 100 & done");
  spec.pids_max = 50;
  ASSERT_TRUE(launcher_->launch(spec).ok());
  ASSERT_TRUE(wait_output("v1bomb", "go"));
  const StartedEvent started = started_[spec.id];
  EXPECT_EQ(launcher_->destroy_orphans({}), std::vector<ContainerId>{});  // it is ours
  launcher_.reset();
  make_launcher();
  EXPECT_EQ(launcher_->destroy_orphans({}), std::vector<ContainerId>{spec.id});
  EXPECT_FALSE(has_cgroup("v1bomb"));
  ASSERT_TRUE(launcher_->adopt(spec.id, spec.meta, started.shim).ok());
  ASSERT_TRUE(wait_exited("v1bomb"));
}

}  // namespace
}  // namespace fairlead::test

// What a container's task sees and what is reported of its end.
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "tests/launcher/fixture.h"

namespace fairlead::test {
namespace {

class ContainerRun : public ContainerTest {};

TEST_F(ContainerRun, OutputOfBothStreamsIsCompleteAndTheExitIsZero) {
  const ContainerExit exit = run(shell("echo", "echo hello; echo oops >&2"));
  EXPECT_EQ(exit.launch_error, "");
  ASSERT_TRUE(exit.exit.has_value());
  EXPECT_EQ(exit.exit->code, 0);
  EXPECT_FALSE(exit.oom_killed);
  EXPECT_EQ(output("echo"), "hello\n");
  EXPECT_EQ(output("echo", "stderr"), "oops\n");
  EXPECT_TRUE(started_.contains({"echo"}));
  EXPECT_GT(exit.usage.cpu_ns, 0);
  EXPECT_GT(exit.usage.memory_peak_bytes, 0);
}

TEST_F(ContainerRun, ExitCodeIsReported) {
  const ContainerExit exit = run(shell("seven", "exit 7"));
  ASSERT_TRUE(exit.exit.has_value());
  EXPECT_EQ(exit.exit->code, 7);
  EXPECT_FALSE(exit.exit->signal.has_value());
}

TEST_F(ContainerRun, DeathBySignalIsReported) {
  const ContainerExit exit = run(shell("segv", "kill -SEGV $$"));
  ASSERT_TRUE(exit.exit.has_value());
  EXPECT_EQ(exit.exit->signal, SIGSEGV);
  EXPECT_FALSE(exit.exit->code.has_value());
}

TEST_F(ContainerRun, TaskSeesItsOwnPidsHostNameDirectoryAndNoForeignDescriptor) {
  const ContainerExit exit = run(
      shell("inside",
            "echo pid=$$; hostname; pwd; ls /proc | grep -c '^[0-9]'; ls /proc/self/fd | wc -l; "
            "grep NoNewPrivs /proc/self/status"));
  ASSERT_TRUE(exit.exit.has_value());
  // init, sh, ls, grep; of ls itself: 0, 1, 2 and the listed directory.
  EXPECT_EQ(output("inside"), "pid=2\ninside\n" + root_ + "/inside\n4\n4\nNoNewPrivs:\t1\n");
}

TEST_F(ContainerRun, EnvironmentIsExactlyWhatWasGiven) {
  ContainerSpec spec = shell("environment", "");
  spec.command.argv = {"env"};
  spec.command.environment = {{"PATH", "/usr/bin:/bin"}, {"A", "1=2"}};
  run(spec);
  EXPECT_EQ(output("environment"), "PATH=/usr/bin:/bin\nA=1=2\n");
}

TEST_F(ContainerRun, RunsAsTheUserThatWasAsked) {
  ContainerSpec spec =
      shell("user", "id -un; id -u; touch mine && echo ok; echo again > /dev/stdout");
  spec.command.user = "nobody";
  std::filesystem::permissions(root_, std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  run(spec);
  EXPECT_EQ(output("user"), "nobody\n65534\nok\nagain\n") << output("user", "stderr");
}

TEST_F(ContainerRun, RlimitsAreInForce) {
  ContainerSpec spec = shell("rlimits", "ulimit -n; ulimit -c");
  spec.rlimits = {{"nofile", 77, 77}, {"core", 0, 0}};
  run(spec);
  EXPECT_EQ(output("rlimits"), "77\n0\n");
}

TEST_F(ContainerRun, MissingProgramIsALaunchErrorThatNamesIt) {
  ContainerSpec spec = shell("missing", "");
  spec.command.argv = {"no-such-program"};
  const ContainerExit exit = run(spec);
  EXPECT_FALSE(exit.exit.has_value());
  EXPECT_NE(exit.launch_error.find("exec no-such-program: No such file or directory; hint: "),
            std::string::npos)
      << exit.launch_error;
  EXPECT_FALSE(started_.contains({"missing"}));
}

TEST_F(ContainerRun, MissingWorkingDirectoryIsALaunchError) {
  ContainerSpec spec = shell("nodir", "true");
  spec.command.working_directory = "/no/such/place";
  const ContainerExit exit = run(spec);
  EXPECT_NE(exit.launch_error.find("enter working directory /no/such/place: No such file"),
            std::string::npos)
      << exit.launch_error;
}

TEST_F(ContainerRun, RelativeWorkingDirectoryNeverLeavesTheSandbox) {
  std::filesystem::create_directories(root_ + "/escape/sub");
  std::filesystem::create_directory_symlink("/etc", root_ + "/escape/link");
  for (const std::string& way : {std::string("../.."), std::string("link")}) {
    ContainerSpec spec = shell("escape", "pwd");
    spec.command.working_directory = way;
    spec.meta += way == "link" ? "2" : "1";
    exits_.clear();
    EXPECT_NE(run(spec).launch_error.find("enter working directory"), std::string::npos) << way;
  }
  ContainerSpec inside = shell("escape", "pwd");
  inside.command.working_directory = "sub";
  exits_.clear();
  run(inside);
  EXPECT_EQ(output("escape"), root_ + "/escape/sub\n");
}

TEST_F(ContainerRun, UnknownUserIsALaunchError) {
  ContainerSpec spec = shell("nouser", "true");
  spec.command.user = "no-such-user";
  EXPECT_NE(run(spec).launch_error.find("user 'no-such-user'"), std::string::npos);
}

TEST_F(ContainerRun, SecondLaunchOfTheSameMetaFolderIsRefused) {
  const ContainerSpec spec = shell("once", "true");
  run(spec);
  const Status again = launcher_->launch(spec);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
}

TEST_F(ContainerRun, WorksOnTheLoopThatTheAgentUses) {
  const SystemClock clock;
  Result<std::unique_ptr<EpollLoop>> loop = EpollLoop::create(clock);
  ASSERT_TRUE(loop.ok());
  std::vector<std::string> events;
  Launcher launcher(**loop,
                    {.shim = std::string(FAIRLEAD_BINARY_DIR) + "/bin/fairlead-shim",
                     .host = host_,
                     .cgroup_parent = parent_},
                    {.on_started = [&](const ContainerId& id, const ShimIdentity&,
                                       std::int32_t) { events.push_back("started " + id.text); },
                     .on_exited =
                         [&](const ContainerExit& exit) {
                           events.push_back("exited " + exit.id.text);
                           (*loop)->stop();
                         }});
  ASSERT_TRUE(launcher.launch(shell("epoll", "true")).ok());
  (*loop)->run();
  EXPECT_EQ(events, (std::vector<std::string>{"started epoll", "exited epoll"}));
}

TEST_F(ContainerRun, MissingParentOfTheSandboxIsALaunchError) {
  ContainerSpec spec = shell("nowhere", "true");
  spec.sandbox = root_ + "/not/there";
  EXPECT_NE(run(spec).launch_error.find("make sandbox " + spec.sandbox + ": No such file"),
            std::string::npos);
}

TEST_F(ContainerRun, MissingShimProgramLeavesNothing) {
  Launcher broken(loop_, {.shim = "/no/such/shim", .host = host_, .cgroup_parent = parent_}, {});
  const ContainerSpec spec = shell("noshim", "true");
  const Status launched = broken.launch(spec);
  ASSERT_FALSE(launched.ok());
  EXPECT_NE(launched.error().message.find("/no/such/shim: No such file"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(spec.meta));
  EXPECT_EQ(loop_.watched(), 0U);
}

}  // namespace
}  // namespace fairlead::test

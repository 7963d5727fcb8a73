// The real agent, shim and containers under a fake master: what a crash of the agent must not lose.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "isolators/apply/apply.h"
#include "isolators/apply/host.h"
#include "runtime/adapters/http/http_client.h"
#include "tests/agent/fake_master.h"
#include "tests/support/temporary_directory.h"

extern char** environ;

namespace fairlead::test {
namespace {

class AgentProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  }

  void TearDown() override {
    if (::geteuid() != 0) return;
    if (agent_ > 0) stop(SIGTERM);
    // A last life that ends what a failed test has left running.
    start({"--destroy-on-exit"});
    master_.run_until([this] { return is_ready(); });
    stop(SIGTERM);
  }

  void start(const std::vector<std::string>& more = {}) {
    std::filesystem::remove(root_ + "/ready");
    std::vector<std::string> words = {std::string(FAIRLEAD_BINARY_DIR) + "/bin/fairlead-agent",
                                      "--master",
                                      master_.endpoint(),
                                      "--state-dir",
                                      root_ + "/state",
                                      "--resources",
                                      "cpus:4;mem:2GiB;disk:1GiB",
                                      "--hostname",
                                      "host-1",
                                      "--cgroup-parent",
                                      cgroup_parent(),
                                      "--ready-file",
                                      root_ + "/ready"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    const std::string log = root_ + "/agent.log";
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    ASSERT_EQ(::posix_spawn(&agent_, words[0].c_str(), &files, nullptr, arguments.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&files);
  }

  static std::string cgroup_parent() {
    return "fairlead/process-test-" + std::to_string(::getpid());
  }

  /// Returns the wait status.
  int stop(int signal) {
    int status = 0;
    ::kill(agent_, signal);
    ::waitpid(agent_, &status, 0);
    agent_ = -1;
    return status;
  }

  bool is_ready() const { return std::filesystem::exists(root_ + "/ready"); }
  bool wait_registered(int times = 1) {
    return master_.run_until([&] { return master_.epochs_acknowledged >= times && is_ready(); });
  }
  bool wait_state(const std::string& task, TaskState state) {
    return master_.run_until([&] { return master_.find(task, state) != nullptr; });
  }
  std::string sandbox_file(const std::string& task, const std::string& name) const {
    return root_ + "/state/sandboxes/f-1/" + task + "/1/" + name;
  }
  std::string log() const {
    std::ifstream file(root_ + "/agent.log");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  FakeMaster master_;
  const testing::TemporaryDirectory directory_;
  const std::string& root_ = directory_.path();
  pid_t agent_ = -1;
};

TEST_F(AgentProcessTest, RunsATaskAndServesItsOutput) {
  start();
  ASSERT_TRUE(wait_registered()) << log();
  master_.launch_shell("echo", "echo hello from $FAIRLEAD_TASK_ID");
  ASSERT_TRUE(wait_state("echo", TaskState::kFinished)) << log();
  EXPECT_EQ(master_.count("echo", TaskState::kRunning), 1U);
  std::ifstream ready(root_ + "/ready");
  std::string id;
  std::string address;
  ready >> id >> address;
  HttpClient client({.address = address});
  const std::string path = master_.find("echo", TaskState::kFinished)->container_path;
  Result<HttpAnswer> output =
      client.get("/api/v1/files?path=" + path + "/stdout&offset=6&limit=100");
  ASSERT_TRUE(output.ok()) << output.error().message;
  EXPECT_EQ(output->body, "from echo\n");
  EXPECT_EQ(output->headers["x-fairlead-offset"], "6");
  EXPECT_EQ(output->headers["x-fairlead-size"], "16");
  Result<HttpAnswer> outside = client.get("/api/v1/files?path=../state.db&offset=0&limit=100");
  ASSERT_TRUE(outside.ok());
  EXPECT_GE(outside->status, 400);
}

TEST_F(AgentProcessTest, KilledAgentComesBackToItsContainersAndTellsTheEndOnce) {
  start();
  ASSERT_TRUE(wait_registered()) << log();
  master_.launch_shell("runs", "echo up; while [ ! -e go ]; do sleep 0.05; done; echo end; exit 7");
  master_.launch_shell("ends", "while [ ! -e go ]; do sleep 0.05; done; exit 3");
  ASSERT_TRUE(wait_state("runs", TaskState::kRunning)) << log();
  ASSERT_TRUE(wait_state("ends", TaskState::kRunning)) << log();
  const AgentId id = master_.registrations.front().agent.id;

  stop(SIGKILL);
  std::ofstream(sandbox_file("ends", "go")).flush();  // it ends while nobody looks
  const int before = master_.epochs_acknowledged;
  master_.registrations.clear();
  start();
  ASSERT_TRUE(wait_registered(before + 1)) << log();
  EXPECT_EQ(master_.registrations.front().agent.id, id);
  EXPECT_EQ(master_.registrations.front().tasks.size(), 2U);
  ASSERT_TRUE(wait_state("ends", TaskState::kFailed)) << log();
  EXPECT_EQ(master_.find("ends", TaskState::kFailed)->exit->code, 3);

  EXPECT_EQ(master_.find("runs", TaskState::kFailed), nullptr);
  std::ofstream(sandbox_file("runs", "go")).flush();
  ASSERT_TRUE(wait_state("runs", TaskState::kFailed)) << log();
  EXPECT_EQ(master_.find("runs", TaskState::kFailed)->exit->code, 7);
  std::ifstream output(sandbox_file("runs", "stdout"));
  std::stringstream text;
  text << output.rdbuf();
  EXPECT_EQ(text.str(), "up\nend\n");
  for (const char* task : {"runs", "ends"}) {
    EXPECT_EQ(master_.count(task, TaskState::kRunning), 1U) << task;
    EXPECT_EQ(master_.count(task, TaskState::kFailed), 1U) << task;
  }
}

TEST_F(AgentProcessTest, UnacknowledgedEndIsToldAgainByTheNextLife) {
  master_.acknowledges = false;
  start();
  ASSERT_TRUE(wait_registered()) << log();
  master_.launch_shell("quick", "exit 0");
  ASSERT_TRUE(wait_state("quick", TaskState::kFinished)) << log();
  stop(SIGKILL);
  master_.statuses.clear();
  master_.acknowledges = true;
  const int before = master_.epochs_acknowledged;
  start();
  ASSERT_TRUE(wait_registered(before + 1)) << log();
  ASSERT_TRUE(wait_state("quick", TaskState::kFinished)) << log();
}

TEST_F(AgentProcessTest, SigtermLeavesContainersRunningAndDestroyOnExitDoesNot) {
  start();
  ASSERT_TRUE(wait_registered()) << log();
  master_.launch_shell("stays", "sleep 1000");
  ASSERT_TRUE(wait_state("stays", TaskState::kRunning)) << log();
  EXPECT_EQ(stop(SIGTERM), 0);
  const int before = master_.epochs_acknowledged;
  start({"--destroy-on-exit"});
  ASSERT_TRUE(wait_registered(before + 1)) << log();
  EXPECT_EQ(master_.find("stays", TaskState::kFailed), nullptr);
  EXPECT_EQ(stop(SIGTERM), 0);
  const Result<isolators::HostFacts> host = isolators::detect_host();
  ASSERT_TRUE(host.ok()) << host.error().message;
  EXPECT_TRUE(isolators::list_containers(*host, cgroup_parent()).empty());
}

TEST_F(AgentProcessTest, AVolumeOutlivesItsTaskAndTheAgentAndGoesWhenItIsDestroyed) {
  const std::string with_volume = "cpus:0.1;mem:64MiB;disk(web/shop@ops){volume:db:data/db}:1MiB";
  const std::string folder = root_ + "/state/volumes/web%2Fshop/db";
  const VolumeName name{{"web/shop"}, "db"};
  start();
  ASSERT_TRUE(wait_registered()) << log();
  master_.launch_shell("writes", "echo kept > data/db/row && cat $FAIRLEAD_SANDBOX/data/db/row",
                       with_volume);
  ASSERT_TRUE(wait_state("writes", TaskState::kFinished)) << log();
  EXPECT_TRUE(std::filesystem::exists(folder + "/row"));
  EXPECT_TRUE(std::filesystem::is_empty(sandbox_file("writes", "data/db")))
      << "only the container sees the volume there";

  stop(SIGKILL);
  const int before = master_.epochs_acknowledged;
  start();
  ASSERT_TRUE(wait_registered(before + 1)) << log();
  master_.launch_shell(
      "reads", "grep -q kept data/db/row && while [ ! -e go ]; do sleep 0.05; done", with_volume);
  ASSERT_TRUE(wait_state("reads", TaskState::kRunning)) << log();
  // Never two at a time, and not destroyed below the one that has it.
  master_.launch_shell("second", "true", with_volume);
  ASSERT_TRUE(wait_state("second", TaskState::kDropped)) << log();
  EXPECT_EQ(master_.find("second", TaskState::kDropped)->message,
            "volume db of web/shop: task f-1/reads uses it");
  master_.say(DestroyVolume{name});
  ASSERT_TRUE(master_.run_until([&] { return master_.destroyed.size() == 1; })) << log();
  EXPECT_EQ(master_.destroyed[0], (VolumeDestroyed{name, "task f-1/reads uses it"}));
  std::ofstream(sandbox_file("reads", "go")).flush();
  ASSERT_TRUE(wait_state("reads", TaskState::kFinished)) << log();

  master_.say(DestroyVolume{name});
  ASSERT_TRUE(master_.run_until([&] { return master_.destroyed.size() == 2; })) << log();
  EXPECT_EQ(master_.destroyed[1], (VolumeDestroyed{name, ""}));
  EXPECT_FALSE(std::filesystem::exists(root_ + "/state/volumes/web%2Fshop"));
  EXPECT_TRUE(std::filesystem::is_empty(root_ + "/state/volumes/.gone"));
  master_.launch_shell("anew", "test ! -e data/db/row", with_volume);
  ASSERT_TRUE(wait_state("anew", TaskState::kFinished)) << log();
}

}  // namespace
}  // namespace fairlead::test

// Real containers for tests: a launcher over a poll loop, sandboxes in a temporary folder, and a
// cgroup parent of its own that must be empty at the end.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/launcher/launcher.h"
#include "isolators/apply/host.h"
#include "tests/support/poll_loop.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::test {

struct StartedEvent {
  ShimIdentity shim;
  std::int32_t init_pid = 0;
};

class ContainerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    Result<isolators::HostFacts> host = isolators::detect_host();
    ASSERT_TRUE(host.ok()) << host.error().message;
    host_ = *host;
    parent_ = "fairlead/test-" + std::to_string(::getpid());
    make_launcher();
  }

  void TearDown() override {
    if (launcher_ == nullptr) return;
    launcher_.reset();
    EXPECT_TRUE(isolators::list_containers(host_, parent_).empty()) << "a cgroup was left behind";
    isolators::remove_parents(host_, parent_);
  }

  void make_launcher() {
    launcher_ = std::make_unique<Launcher>(
        loop_,
        LauncherOptions{.shim = std::string(FAIRLEAD_BINARY_DIR) + "/bin/fairlead-shim",
                        .host = host_,
                        .cgroup_parent = parent_},
        LauncherEvents{
            .on_started =
                [this](const ContainerId& id, const ShimIdentity& shim, std::int32_t init) {
                  started_[id] = {shim, init};
                },
            .on_exited = [this](const ContainerExit& exit) { exits_[exit.id].push_back(exit); }});
  }

  ContainerSpec shell(const std::string& id, const std::string& script) const {
    ContainerSpec spec;
    spec.id = {id};
    spec.hostname = id;
    spec.command.argv = {"sh", "-c", script};
    spec.command.environment = {{"PATH", "/usr/bin:/bin:/usr/sbin:/sbin"}};
    spec.sandbox = root_ + "/" + id;
    spec.meta = root_ + "/" + id + ".meta";
    spec.cpu_milli = 500;
    spec.memory_limit_kib = 256 << 10;
    spec.pids_max = 100;
    spec.log_bytes_max = 1 << 20;
    spec.log_files_max = 2;
    return spec;
  }

  bool wait_started(const std::string& id) {
    return loop_.run_until([&] { return started_.contains({id}); });
  }
  bool wait_exited(const std::string& id) {
    return loop_.run_until([&] { return exits_.contains({id}); });
  }
  /// Launches, waits for the end.
  ContainerExit run(const ContainerSpec& spec) {
    const Status launched = launcher_->launch(spec);
    EXPECT_TRUE(launched.ok()) << launched.error().message;
    EXPECT_TRUE(wait_exited(spec.id.text)) << "no exit of " << spec.id.text;
    if (!exits_.contains(spec.id)) return {};
    EXPECT_EQ(exits_[spec.id].size(), 1U);
    return exits_[spec.id].front();
  }
  std::string output(const std::string& id, const std::string& file = "stdout") const {
    std::ifstream in(root_ + "/" + id + "/" + file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  /// Waits until the task has written `marker` into its sandbox's stdout.
  bool wait_output(const std::string& id, const std::string& marker) {
    for (int i = 0; i < 2'000; ++i) {
      if (output(id).find(marker) != std::string::npos) return true;
      loop_.run_until([] { return false; }, 10);
    }
    return false;
  }
  bool has_cgroup(const std::string& id) const {
    for (const ContainerId& found : isolators::list_containers(host_, parent_)) {
      if (found.text == id) return true;
    }
    return false;
  }

  PollLoop loop_;
  isolators::HostFacts host_;
  const testing::TemporaryDirectory directory_;
  const std::string& root_ = directory_.path();
  std::string parent_;
  std::unique_ptr<Launcher> launcher_;
  std::map<ContainerId, StartedEvent> started_;
  std::map<ContainerId, std::vector<ContainerExit>> exits_;
};

}  // namespace fairlead::test

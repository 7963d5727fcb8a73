// Ending a dev cluster: frameworks first, then agents with their containers, masters, ZooKeeper.
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "cli/cgroup_tree.h"
#include "cli/dev_cluster.h"
#include "cli/progress.h"
#include "cli/start_lock.h"

namespace fairlead::cli {
namespace {

constexpr Duration kGrace = seconds(15);
constexpr Duration kStartPatience = seconds(2);
constexpr int kPollMs = 20;

/// 0: frameworks, 1: agents, 2: masters, 3: ZooKeeper.
int stage_of(const DevProcess& process) {
  if (process.name.starts_with("master")) return 2;
  if (process.name.starts_with("zookeeper")) return 3;
  return process.cgroup_parent.empty() ? 0 : 1;
}

bool wait_for_end(const std::vector<DevProcess>& processes, Duration patience) {
  const Instant until = steady_now() + patience;
  for (;;) {
    bool any_alive = false;
    for (const DevProcess& process : processes) {
      take_end(process.mark);  // reaps it when it is our own child
      any_alive = any_alive || is_alive(process.mark);
    }
    if (!any_alive) return true;
    if (steady_now() >= until) return false;
    poll(nullptr, 0, kPollMs);
  }
}

void stop_stage(const std::vector<DevProcess>& processes, DevDownReport& report) {
  for (const DevProcess& process : processes) {
    if (is_alive(process.mark)) ++report.processes;
    send_signal(process.mark, SIGTERM);
  }
  if (wait_for_end(processes, kGrace)) return;
  for (const DevProcess& process : processes) {
    if (!is_alive(process.mark)) continue;
    ++report.killed;
    send_signal(process.mark, SIGKILL);
  }
  wait_for_end(processes, kGrace);
}

/// A start that was killed may have started one process more than it wrote down.
void add_strays(DevRecord& record, const std::string& dev_dir) {
  for (const FoundProcess& found : find_by_state_dir(dev_dir)) {
    const bool is_known =
        std::any_of(record.processes.begin(), record.processes.end(),
                    [&](const DevProcess& one) { return one.mark.pid == found.mark.pid; });
    if (is_known) continue;
    DevProcess stray = {.name = std::filesystem::path(found.argv[0]).filename().string(),
                        .mark = found.mark};
    if (stray.name == "fairlead-master") stray.name = "master";
    if (stray.name == "java") stray.name = "zookeeper";
    const auto flag = std::find(found.argv.begin(), found.argv.end(), "--cgroup-parent");
    if (found.argv.end() - flag >= 2) stray.cgroup_parent = *(flag + 1);
    record.processes.push_back(std::move(stray));
  }
}

}  // namespace

Result<DevDownReport> stop_dev_cluster(const std::string& dev_dir, Terminal& terminal) {
  // A start that still runs is ended as it is.
  wait_for_starts(dev_dir, kStartPatience);
  Result<DevRecord> record = read_record(dev_dir);
  if (!record) return record.error();
  add_strays(*record, dev_dir);
  ProgressLine progress(terminal.err, terminal.err_is_live);
  DevDownReport report;
  constexpr const char* kSaid[] = {"ending frameworks", "ending agents and their containers",
                                   "ending the masters", "ending ZooKeeper"};
  for (int stage = 0; stage < static_cast<int>(std::size(kSaid)); ++stage) {
    progress.show(kSaid[stage], steady_now());
    std::vector<DevProcess> processes;
    for (const DevProcess& process : record->processes) {
      if (stage_of(process) == stage) processes.push_back(process);
    }
    stop_stage(processes, report);
  }
  for (const DevProcess& process : record->processes) {
    if (!process.cgroup_parent.empty()) report.containers += remove_cgroups(process.cgroup_parent);
  }
  std::error_code failed;
  std::filesystem::remove_all(dev_dir, failed);
  if (failed) {
    return Error{ErrorCode::kDenied,
                 "dev folder " + dev_dir + ": cannot be removed: " + failed.message()};
  }
  return report;
}

}  // namespace fairlead::cli

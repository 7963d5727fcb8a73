#include "cli/cgroup_tree.h"

#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

namespace fairlead::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 100;
constexpr int kRoundMs = 50;

/// The cgroup in every hierarchy that has it: v1 controllers, the unified one, or plain v2.
std::vector<fs::path> places_of(const std::string& parent) {
  std::vector<fs::path> found;
  std::error_code ignored;
  const fs::path root = "/sys/fs/cgroup";
  if (fs::is_directory(root / parent, ignored)) found.push_back(root / parent);
  for (const auto& entry : fs::directory_iterator(root, ignored)) {
    if (entry.is_symlink(ignored)) continue;
    if (fs::is_directory(entry.path() / parent, ignored)) found.push_back(entry.path() / parent);
  }
  return found;
}

/// Deepest first, the cgroup itself last.
std::vector<fs::path> tree_of(const fs::path& top) {
  std::vector<fs::path> tree = {top};
  std::error_code ignored;
  for (fs::recursive_directory_iterator at(top, ignored), end; at != end; at.increment(ignored)) {
    if (at->is_directory(ignored)) tree.push_back(at->path());
    if (ignored) break;
  }
  std::reverse(tree.begin(), tree.end());
  return tree;
}

std::size_t kill_all(const fs::path& cgroup) {
  std::size_t killed = 0;
  std::ifstream file(cgroup / "cgroup.procs");
  for (pid_t pid = 0; file >> pid;) {
    if (pid > 1 && pid != getpid() && kill(pid, SIGKILL) == 0) ++killed;
  }
  return killed;
}

}  // namespace

std::size_t remove_cgroups(const std::string& parent) {
  if (!parent.starts_with("fairlead/") || parent.find("..") != std::string::npos) return 0;
  std::size_t killed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<fs::path> places = places_of(parent);
    if (places.empty()) break;
    for (const fs::path& place : places) {
      for (const fs::path& cgroup : tree_of(place)) {
        const std::size_t now = kill_all(cgroup);
        // Later rounds meet the same processes on their way out.
        if (round == 0) killed += now;
        rmdir(cgroup.c_str());
      }
    }
    if (!places_of(parent).empty()) poll(nullptr, 0, kRoundMs);
  }
  // The common parent goes with its last child; rmdir refuses while it has one.
  for (const fs::path& place : places_of("fairlead")) rmdir(place.c_str());
  return killed;
}

}  // namespace fairlead::cli

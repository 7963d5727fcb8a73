// Killing what is inside a container's cgroups and removing them.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "isolators/apply/apply.h"
#include "isolators/apply/deadline.h"

namespace fairlead::isolators {
namespace {

constexpr int kNestingMax = 8;  // cgroups that a task made inside its own
constexpr std::size_t kProcsBytesMax = 1 << 20;

std::vector<std::string> directories_in(const std::string& path) {
  std::vector<std::string> names;
  DIR* listing = ::opendir(path.c_str());
  if (listing == nullptr) return names;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(listing);
  return names;
}

/// Sends SIGKILL to what cgroup.procs lists. A process of a foreign pid namespace reads as 0.
void kill_listed(const std::string& cgroup) {
  Result<std::string> procs = read_file(cgroup + "/cgroup.procs", kProcsBytesMax);
  if (!procs) return;
  const char* at = procs->data();
  const char* end = at + procs->size();
  while (at < end) {
    pid_t pid = 0;
    at = std::from_chars(at, end, pid).ptr + 1;
    if (pid > 1) ::kill(pid, SIGKILL);
  }
}

/// Freezes, so that a fork bomb cannot outrun the list; a frozen process gets its SIGKILL when it
/// is thawed.
void kill_frozen(const std::string& cgroup) {
  const std::string state = cgroup + "/freezer.state";
  if (!write_existing(state, "FROZEN")) return;
  const Deadline deadline(500);
  while (deadline.left_ms() > 0) {
    Result<std::string> text = read_file(state, 64);
    if (!text || text->starts_with("FROZEN")) break;
    wait_a_little();
  }
  kill_listed(cgroup);
  (void)write_existing(state, "THAWED").ok();
}

/// Until the v2 cgroup says "populated 0", is gone, or the deadline has passed.
void wait_until_empty(const std::string& cgroup, const Deadline& deadline) {
  const Descriptor events(::open((cgroup + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
  while (events.is_open() && deadline.left_ms() > 0) {
    char text[256];
    const ssize_t got = ::pread(events.get(), text, sizeof text, 0);
    if (got <= 0) return;
    if (std::string_view(text, static_cast<std::size_t>(got)).find("populated 0") !=
        std::string_view::npos) {
      return;
    }
    pollfd changed{events.get(), POLLPRI, 0};
    ::poll(&changed, 1, deadline.left_ms());
  }
}

Status remove_cgroup(const std::string& path, const Deadline& deadline, int depth) {
  while (true) {
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
    const int why = errno;
    if (why != EBUSY && why != ENOTEMPTY) return system_error("remove cgroup", path, why);
    if (deadline.left_ms() == 0) {
      return Error{ErrorCode::kTimedOut, "remove cgroup " + path + ": still busy; hint: see " +
                                             path + "/cgroup.procs for what is inside"};
    }
    if (depth < kNestingMax) {
      for (const std::string& name : directories_in(path)) {
        if (Status ok = remove_cgroup(path + "/" + name, deadline, depth + 1); !ok) return ok;
      }
    }
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
    kill_listed(path);
    wait_a_little();
  }
}

}  // namespace

void kill_inside(const ContainerPlan& plan) {
  if (!plan.kill_cgroup.empty() && write_existing(plan.kill_cgroup + "/cgroup.kill", "1")) return;
  if (!plan.freezer_cgroup.empty()) {
    kill_frozen(plan.freezer_cgroup);
    return;
  }
  for (const std::string& path : cgroup_directories(plan)) kill_listed(path);
}

Status destroy(const ContainerPlan& plan, std::int64_t wait_ms_max) {
  const std::vector<std::string> paths = cgroup_directories(plan);
  // The usual case: everything inside is dead, and one rmdir each is all there is to do.
  bool gone = true;
  for (auto path = paths.rbegin(); path != paths.rend(); ++path) {
    gone = (::rmdir(path->c_str()) == 0 || errno == ENOENT) && gone;
  }
  if (gone) return {};
  const Deadline deadline(wait_ms_max);
  kill_inside(plan);
  if (!plan.kill_cgroup.empty()) wait_until_empty(plan.kill_cgroup, deadline);
  Status result;
  for (auto path = paths.rbegin(); path != paths.rend(); ++path) {
    if (Status ok = remove_cgroup(*path, deadline, 0); !ok && result) result = ok;
  }
  return result;
}

std::vector<ContainerId> list_containers(const HostFacts& host, std::string_view parent) {
  std::vector<ContainerId> ids;
  if (!check_cgroup_parent(parent)) return ids;
  for (const std::string& directory : parent_directories(host, parent)) {
    for (const std::string& name : directories_in(directory)) {
      if (check_cgroup_word(name, "container id")) ids.push_back({name});
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void remove_parents(const HostFacts& host, std::string_view parent) {
  if (!check_cgroup_parent(parent)) return;
  std::string words(parent);
  while (!words.empty()) {
    for (const std::string& directory : parent_directories(host, words)) ::rmdir(directory.c_str());
    const std::size_t slash = words.rfind('/');
    words.resize(slash == std::string::npos ? 0 : slash);
  }
}

}  // namespace fairlead::isolators

#include "isolators/apply/parent_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "isolators/apply/deadline.h"

namespace fairlead::isolators {
namespace {

constexpr std::int64_t kEndingMaxMs = 500;

bool is_still_there(const std::string& path, const Descriptor& directory) {
  struct stat named {};
  struct stat opened {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(directory.get(), &opened) == 0 &&
         named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

}  // namespace

/// Whoever ends removes an empty parent, maybe between our open and our lock: then again.
/// A predecessor that was killed may not be wholly gone yet: it is waited for.
Result<ParentLock::Held> ParentLock::lock_directory(const std::string& path, int how,
                                                    std::string_view parent) {
  const Deadline deadline(kEndingMaxMs);
  bool is_made = false;
  while (true) {
    if (::mkdir(path.c_str(), 0755) == 0) {
      is_made = true;
    } else if (errno != EEXIST) {
      return system_error("make cgroup", path, errno);
    }
    Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.is_open()) {
      if (errno == ENOENT) continue;
      return system_error("open cgroup", path, errno);
    }
    if (::flock(directory.get(), how | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return system_error("lock cgroup", path, errno);
      if (deadline.left_ms() > 0) {
        wait_a_little();
        continue;
      }
      return Error{ErrorCode::kConflict,
                   to_string(Complaint{.what = "cgroup parent " + std::string(parent),
                                       .expected = "no other agent with it, above it or below it",
                                       .got = path + " is locked",
                                       .hint = "each agent of a machine needs a --cgroup-parent of "
                                               "its own"})};
    }
    if (is_still_there(path, directory)) return Held{path, is_made, std::move(directory)};
  }
}

Result<ParentLock> ParentLock::acquire(const HostFacts& host, std::string_view parent) {
  if (Status valid = check_cgroup_parent(parent); !valid) return valid.error();
  ParentLock lock;
  for (std::size_t end = 0; end != parent.size();) {
    end = std::min(parent.find('/', end + 1), parent.size());
    const std::vector<std::string> directories = parent_directories(host, parent.substr(0, end));
    if (directories.empty()) {
      return Error{ErrorCode::kUnsupported, "cgroup parent: this machine has no cgroups"};
    }
    Result<Held> locked =
        lock_directory(directories.front(), end == parent.size() ? LOCK_EX : LOCK_SH, parent);
    if (!locked) return locked.error();
    lock.held_.push_back(std::move(*locked));
  }
  return lock;
}

ParentLock::~ParentLock() {
  for (auto one = held_.rbegin(); one != held_.rend(); ++one) {
    // Not under somebody who has just locked it to make his own inside.
    bool is_alone = ::flock(one->directory.get(), LOCK_EX | LOCK_NB) == 0;
    if (!one->is_made || !is_alone || ::rmdir(one->path.c_str()) != 0) return;
  }
}

}  // namespace fairlead::isolators

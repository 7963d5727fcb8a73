#include "agent/shim/volumes.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace fairlead::shim {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Status give_to(const Descriptor& folder, const User* user, const std::string& path) {
  if (user == nullptr || ::fchown(folder.get(), user->uid, user->gid) == 0) return {};
  return system_error("hand over", path, errno);
}

/// Each of those who share it may write there, and changes only what is his own.
Status open_to_all(const Descriptor& folder, const std::string& path) {
  if (::fchown(folder.get(), 0, 0) != 0) return system_error("take over", path, errno);
  if (::fchmod(folder.get(), 01777) != 0) return system_error("open to all", path, errno);
  return {};
}

Result<Descriptor> open_or_make(int parent, const std::string& name, const User* user) {
  const bool made = ::mkdirat(parent, name.c_str(), 0755) == 0;
  if (!made && errno != EEXIST) return system_error("make mount point", name, errno);
  Descriptor folder(::openat(parent, name.c_str(), kFolderFlags));
  if (!folder.is_open()) return system_error("open mount point", name, errno);
  if (!made) return folder;
  if (Status given = give_to(folder, user, name); !given) return given.error();
  return folder;
}

/// Word for word: no link is followed, and no "..".
Result<Descriptor> make_mount_point(const Descriptor& sandbox, const std::string& path,
                                    const User* user) {
  Descriptor at;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string word = path.substr(begin, end - begin);
    if (word.empty() || word == "." || word == "..") {
      return Error{ErrorCode::kInvalid, "volume at " + path + ": expected a path in the sandbox"};
    }
    const int parent = at.is_open() ? at.get() : sandbox.get();
    Result<Descriptor> next = open_or_make(parent, word, user);
    if (!next) return next.error();
    at = std::move(*next);
    begin = end + 1;
  }
  return at;
}

Status mount_one(const Descriptor& sandbox, const VolumeMount& volume, const User* user) {
  Result<Descriptor> point = make_mount_point(sandbox, volume.path, user);
  if (!point) return point.error();
  const std::string target = "/proc/self/fd/" + std::to_string(point->get());
  if (::mount(volume.folder.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0) return {};
  return system_error("mount volume at", volume.path, errno);
}

}  // namespace

Status hand_over_volumes(const ContainerSpec& spec, const std::optional<User>& user) {
  for (const VolumeMount& volume : spec.volumes) {
    // The folders above are root's alone: nobody puts another one there meanwhile.
    const Descriptor folder(::open(volume.folder.c_str(), kFolderFlags));
    if (!folder.is_open()) return system_error("open volume", volume.folder, errno);
    Status ready = volume.shared ? open_to_all(folder, volume.folder)
                                 : give_to(folder, user ? &*user : nullptr, volume.folder);
    if (!ready) return ready;
  }
  return {};
}

Result<Descriptor> mount_volumes(const ContainerSpec& spec, const User* user) {
  Descriptor sandbox(::open(spec.sandbox.c_str(), kFolderFlags));
  if (!sandbox.is_open()) return system_error("open sandbox", spec.sandbox, errno);
  for (const VolumeMount& volume : spec.volumes) {
    if (Status mounted = mount_one(sandbox, volume, user); !mounted) return mounted.error();
  }
  return sandbox;
}

}  // namespace fairlead::shim

#include "agent/daemon/volume_folders.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>
#include <filesystem>

#include "agent/daemon/volume_place.h"
#include "runtime/adapters/log/log.h"

namespace fairlead {

using namespace volumes;

namespace {

constexpr mode_t kVolumeMode = 0755;  // in a folder that is for root alone

/// Where the volume at `place` is deleted.
Result<Descriptor> open_gone(const Descriptor& root, const Place& place) {
  Result<Descriptor> gone = open_folder(root, kGone);
  if (!gone) return gone.error();
  Result<Descriptor> role = open_or_make(*gone, place.role, kForRootAlone);
  if (!role) return role.error();
  return open_or_make(*role, place.id, kForRootAlone);
}

/// Under the first free number: there are few of them, one for each time that it was destroyed and
/// not deleted yet.
Status move_aside(const Descriptor& role, const Place& place, const Descriptor& gone) {
  for (unsigned number = 0;; ++number) {
    const std::string name = std::to_string(number);
    // Never in the place of another: that may be just about to go.
    if (::renameat2(role.get(), place.id.c_str(), gone.get(), name.c_str(), RENAME_NOREPLACE) ==
        0) {
      return {};
    }
    const int why = errno;
    // Moved before: what follows makes that durable.
    if (is_missing(why) &&
        ::faccessat(role.get(), place.id.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
      return {};
    }
    if (why != EEXIST) return system_error("move aside", place.id, why);
  }
}

Status make_root(const std::string& root) {
  if (::mkdir(root.c_str(), kForRootAlone) != 0 && errno != EEXIST) {
    return system_error("make folder", root, errno);
  }
  Result<Descriptor> top = open_root(root);
  if (!top) return top.error();
  // Whoever made it: what a role keeps there is not for the users of this machine.
  if (::fchmod(top->get(), kForRootAlone) != 0) return system_error("close folder", root, errno);
  Result<Descriptor> gone = open_or_make(*top, kGone, kForRootAlone);
  if (!gone) return gone.error();
  return {};
}

/// The folders of roles: all but what begins with a dot, and what a file system of its own has.
Result<std::vector<std::string>> roles_in(const std::string& root) {
  std::error_code error;
  std::vector<std::string> roles;
  for (const auto& one : std::filesystem::directory_iterator(root, error)) {
    std::string name = one.path().filename().string();
    if (name.front() != '.' && name != "lost+found") roles.push_back(std::move(name));
  }
  if (error) return system_error("list folder", root, error.value());
  return roles;
}

/// Within the root, which may be a file system of its own, or a link to one.
Status keep_aside(const std::string& root) {
  Result<std::vector<std::string>> roles = roles_in(root);
  if (!roles) return roles.error();
  if (roles->empty()) return {};
  const std::string name = ".of-" + std::to_string(std::time(nullptr));
  Result<Descriptor> top = open_root(root);
  if (!top) return top.error();
  Result<Descriptor> aside = open_or_make(*top, name, kForRootAlone);
  if (!aside) return aside.error();
  for (const std::string& role : *roles) {
    if (::renameat(top->get(), role.c_str(), aside->get(), role.c_str()) == 0) continue;
    return system_error("keep aside the volumes of another agent", role, errno);
  }
  sync_or_die(*aside, name);
  sync_or_die(*top, root);
  log_line(LogLevel::kWarning, "volumes_kept_aside", {{"folder", root + "/" + name}});
  return {};
}

}  // namespace

Status open_volume_root(const std::string& root, bool is_first_life) {
  Status made = make_root(root);
  return made && is_first_life ? keep_aside(root) : made;
}

Status make_volume_folders(const std::string& root, const std::vector<VolumeMount>& volumes) {
  for (const VolumeMount& volume : volumes) {
    Result<Place> place = place_of(root, volume.folder);
    if (!place) return place.error();
    Result<Descriptor> top = open_root(root);
    if (!top) return top.error();
    Result<Descriptor> role = open_or_make(*top, place->role, kForRootAlone);
    if (!role) return role.error();
    Result<Descriptor> folder = open_or_make(*role, place->id, kVolumeMode);
    if (!folder) return folder.error();
  }
  return {};
}

Status set_volume_aside(const std::string& root, const std::string& folder) {
  Result<Place> place = place_of(root, folder);
  if (!place) return place.error();
  Result<Descriptor> top = open_root(root);
  if (!top) return top.error();
  Descriptor role(
      ::openat(top->get(), place->role.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!role.is_open()) {
    if (!is_missing(errno)) return system_error("open folder", place->role, errno);
    sync_or_die(*top, root);  // an earlier life may have removed it just now
    return {};
  }
  if (place->id.size() > NAME_MAX) return {};
  Result<Descriptor> gone = open_gone(*top, *place);
  if (!gone) return gone.error();
  if (Status moved = move_aside(role, *place, *gone); !moved) return moved;
  sync_or_die(*gone, kGone);
  sync_or_die(role, place->role);
  // The last of its role: fails for any other.
  (void)::unlinkat(top->get(), place->role.c_str(), AT_REMOVEDIR);
  return {};
}

}  // namespace fairlead

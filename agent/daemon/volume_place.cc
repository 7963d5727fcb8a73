#include "agent/daemon/volume_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "runtime/adapters/log/log.h"

namespace fairlead::volumes {
namespace {

bool is_one_word(const std::string& word) {
  return !word.empty() && word.front() != '.' && word.find('/') == std::string::npos;
}

}  // namespace

Result<Place> place_of(const std::string& root, const std::string& folder) {
  const std::size_t id = folder.rfind('/');
  const bool is_below = folder.compare(0, root.size() + 1, root + "/") == 0 && id > root.size();
  if (is_below) {
    Place place{.role = folder.substr(root.size() + 1, id - root.size() - 1),
                .id = folder.substr(id + 1)};
    if (is_one_word(place.role) && is_one_word(place.id)) return place;
  }
  return invalid({.what = "volume",
                  .where = "folder",
                  .expected = root + "/<role>/<id>",
                  .got = folder.substr(0, 200),
                  .hint = {}});
}

Result<Descriptor> open_root(const std::string& root) {
  Descriptor folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return system_error("open folder", root, errno);
  return folder;
}

Result<Descriptor> open_folder(const Descriptor& parent, const std::string& name) {
  Descriptor folder(
      ::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return system_error("open folder", name, errno);
  return folder;
}

Result<Descriptor> open_or_make(const Descriptor& parent, const std::string& name, mode_t mode) {
  if (::mkdirat(parent.get(), name.c_str(), mode) != 0 && errno != EEXIST) {
    return system_error("make folder", name, errno);
  }
  // Also when it is there: whoever made it may have died before this.
  sync_or_die(parent, name);
  return open_folder(parent, name);
}

bool is_missing(int error_number) {
  return error_number == ENOENT || error_number == ENAMETOOLONG;
}

void sync_or_die(const Descriptor& folder, const std::string& name) {
  if (::fsync(folder.get()) == 0) return;
  const Error error = system_error("sync the folder of", name, errno);
  log_line(LogLevel::kError, "volumes_fatal", {{"reason", error.message}});
  std::abort();
}

}  // namespace fairlead::volumes

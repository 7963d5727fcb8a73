#include "agent/daemon/volume_folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <set>

#include "isolators/apply/descriptor.h"

namespace fairlead {
namespace {

constexpr const char* kGone = ".gone";  // no role's folder begins with a '.'
constexpr mode_t kForRootAlone = 0700;
constexpr int kPassesMax = 10;
constexpr mode_t kVolumeMode = 0755;  // in a folder that is for root alone

Result<Descriptor> open_folder(int parent, const std::string& name) {
  Descriptor folder(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return system_error("open folder", name, errno);
  return folder;
}

Result<Descriptor> open_root(const std::string& root) {
  Descriptor folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return system_error("open folder", root, errno);
  return folder;
}

Status sync(const Descriptor& folder, const std::string& name) {
  if (::fsync(folder.get()) == 0) return {};
  return system_error("sync folder", name, errno);
}

/// Opens it; made before, durably, when it is missing.
Result<Descriptor> open_or_make(const Descriptor& parent, const std::string& name, mode_t mode) {
  if (::mkdirat(parent.get(), name.c_str(), mode) == 0) {
    if (Status durable = sync(parent, name); !durable) return durable.error();
  } else if (errno != EEXIST) {
    return system_error("make folder", name, errno);
  }
  return open_folder(parent.get(), name);
}

/// The two words below the root that a volume's folder is made of.
struct Place {
  std::string role;
  std::string id;
};

bool is_one_word(const std::string& word) {
  return !word.empty() && word.front() != '.' && word.find('/') == std::string::npos;
}

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

bool is_missing(int error_number) {
  // No folder has a name that is too long.
  return error_number == ENOENT || error_number == ENAMETOOLONG;
}

// --- deleting ------------------------------------------------------------------------------------

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Listing = std::unique_ptr<DIR, CloseFolder>;

/// Takes the descriptor.
Listing list(Descriptor folder) {
  Listing listing(::fdopendir(folder.get()));
  if (listing) folder.release();
  return listing;
}

/// The next name in it, without "." and "..".
std::optional<std::string> next_name(const Listing& listing) {
  while (const dirent* entry = ::readdir(listing.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") return name;
  }
  return std::nullopt;
}

/// `.gone`, and where to look for a name that is free there.
struct Gone {
  Descriptor folder;
  unsigned number_next = 0;
};

Result<Gone> open_gone(const Descriptor& root) {
  Result<Descriptor> folder = open_folder(root.get(), kGone);
  if (!folder) return folder.error();
  return Gone{.folder = std::move(*folder)};
}

Status move_aside(int from, const std::string& name, Gone& gone) {
  while (true) {
    const std::string free_name = std::to_string(gone.number_next++);
    // Never in the place of another: that may be just about to go.
    if (::renameat2(from, name.c_str(), gone.folder.get(), free_name.c_str(), RENAME_NOREPLACE) ==
        0) {
      return {};
    }
    if (errno != EEXIST) return system_error("move aside", name, errno);
  }
}

/// Empties one folder: files are deleted, folders moved up beside it, so that no depth of a task's
/// making matters.
Status take_apart(Gone& gone, const std::string& name, const std::stop_token& stop) {
  Result<Descriptor> folder = open_folder(gone.folder.get(), name);
  if (!folder) return folder.error();
  const int at = folder->get();
  Listing listing = list(std::move(*folder));
  if (!listing) return system_error("list folder", name, errno);
  Status done;
  while (!stop.stop_requested()) {
    const std::optional<std::string> entry = next_name(listing);
    if (!entry) break;
    if (::unlinkat(at, entry->c_str(), 0) == 0) continue;
    Status moved = errno == EISDIR ? move_aside(at, *entry, gone)
                                   : Status(system_error("delete", *entry, errno));
    if (!moved && done) done = moved;
  }
  return done;
}

/// Of a file or a folder directly in `.gone`.
Status delete_one(Gone& gone, const std::string& name, const std::stop_token& stop) {
  if (::unlinkat(gone.folder.get(), name.c_str(), 0) == 0) return {};
  if (errno != EISDIR) return system_error("delete", name, errno);
  // A listing may leave out names while others are deleted.
  for (int pass = 1; !stop.stop_requested(); ++pass) {
    if (Status apart = take_apart(gone, name, stop); !apart) return apart;
    if (::unlinkat(gone.folder.get(), name.c_str(), AT_REMOVEDIR) == 0) return {};
    if (errno != ENOTEMPTY || pass == kPassesMax) return system_error("delete", name, errno);
  }
  return {};
}

/// Those that lie there now, but not the `kept` ones.
Result<std::vector<std::string>> names_in(const Descriptor& root,
                                          const std::set<std::string>& kept) {
  Result<Descriptor> gone = open_folder(root.get(), kGone);
  if (!gone) return gone.error();
  Listing listing = list(std::move(*gone));
  if (!listing) return system_error("list folder", kGone, errno);
  std::vector<std::string> names;
  while (std::optional<std::string> name = next_name(listing)) {
    if (kept.count(*name) == 0) names.push_back(std::move(*name));
  }
  return names;
}

}  // namespace

Status make_volume_root(const std::string& root) {
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
  Result<Gone> gone = open_gone(*top);
  if (!gone) return gone.error();
  Descriptor role(
      ::openat(top->get(), place->role.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!role.is_open()) {
    if (is_missing(errno)) return {};
    return system_error("open folder", place->role, errno);
  }
  struct stat facts {};
  if (::fstatat(role.get(), place->id.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    if (is_missing(errno)) return {};
    return system_error("look at folder", folder, errno);
  }
  if (Status moved = move_aside(role.get(), place->id, *gone); !moved) return moved;
  if (Status durable = sync(gone->folder, kGone); !durable) return durable;
  if (Status durable = sync(role, place->role); !durable) return durable;
  // The last of its role: fails for any other.
  (void)::unlinkat(top->get(), place->role.c_str(), AT_REMOVEDIR);
  return {};
}

Status delete_set_aside(const std::string& root, const std::stop_token& stop) {
  Result<Descriptor> top = open_root(root);
  if (!top) return top.error();
  Result<Gone> gone = open_gone(*top);
  if (!gone) return gone.error();
  Status done;
  std::set<std::string> kept;  // cannot be deleted
  while (!stop.stop_requested()) {
    // What was taken apart left its folders there: looked for again until there are none.
    Result<std::vector<std::string>> names = names_in(*top, kept);
    if (!names) return names.error();
    if (names->empty()) break;
    for (const std::string& name : *names) {
      if (stop.stop_requested()) break;
      if (Status deleted = delete_one(*gone, name, stop); !deleted) {
        if (done) done = deleted;
        kept.insert(name);
      }
    }
  }
  return done;
}

}  // namespace fairlead

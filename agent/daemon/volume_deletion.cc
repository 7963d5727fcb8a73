#include "agent/daemon/volume_deletion.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <set>

#include "agent/daemon/volume_place.h"

namespace fairlead {

using namespace volumes;

namespace {

constexpr int kPassesMax = 10;
constexpr std::size_t kNamesAtOnce = 1'000;
constexpr std::size_t kKeptMax = 100;

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

/// One volume's folder in `.gone`, and where to look for a name that is free there.
struct Gone {
  Descriptor folder;
  std::uint64_t number_next = 0;
};

Status move_up(int from, const std::string& name, Gone& gone) {
  while (true) {
    const std::string free_name = std::to_string(gone.number_next++);
    if (::renameat2(from, name.c_str(), gone.folder.get(), free_name.c_str(), RENAME_NOREPLACE) ==
        0) {
      return {};
    }
    if (errno != EEXIST) return system_error("move up", name, errno);
  }
}

/// Empties one folder: files are deleted, folders moved up beside it, so that no depth of a task's
/// making matters.
Status take_apart(Gone& gone, const std::string& name, const std::stop_token& stop) {
  Result<Descriptor> folder = open_folder(gone.folder, name);
  if (!folder) return folder.error();
  const int at = folder->get();
  Listing listing = list(std::move(*folder));
  if (!listing) return system_error("list folder", name, errno);
  Status done;
  while (!stop.stop_requested()) {
    const std::optional<std::string> entry = next_name(listing);
    if (!entry) break;
    if (::unlinkat(at, entry->c_str(), 0) == 0) continue;
    Status moved =
        errno == EISDIR ? move_up(at, *entry, gone) : Status(system_error("delete", *entry, errno));
    if (!moved && done) done = moved;
  }
  return done;
}

/// Of a file or a folder directly in it.
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

/// Some of those that lie there now, but not the `kept` ones.
Result<std::vector<std::string>> some_names_in(const Descriptor& parent, const std::string& name,
                                               const std::set<std::string>& kept) {
  Result<Descriptor> folder = open_folder(parent, name);
  if (!folder) return folder.error();
  Listing listing = list(std::move(*folder));
  if (!listing) return system_error("list folder", name, errno);
  std::vector<std::string> names;
  while (names.size() < kNamesAtOnce) {
    std::optional<std::string> next = next_name(listing);
    if (!next) break;
    if (kept.count(*next) == 0) names.push_back(std::move(*next));
  }
  return names;
}

/// Empties the folder `id` in `role`.
Status empty(const Descriptor& role, const std::string& id, const std::stop_token& stop) {
  Result<Descriptor> folder = open_folder(role, id);
  if (!folder) return folder.error();
  Gone gone{.folder = std::move(*folder)};
  Status done;
  std::set<std::string> kept;  // cannot be deleted
  while (!stop.stop_requested() && kept.size() < kKeptMax) {
    // What was taken apart left its folders there: looked for again until there are none.
    Result<std::vector<std::string>> names = some_names_in(role, id, kept);
    if (!names) return names.error();
    if (names->empty()) break;
    for (const std::string& name : *names) {
      if (stop.stop_requested()) break;
      if (Status deleted = delete_one(gone, name, stop); !deleted) {
        if (done) done = deleted;
        kept.insert(name);
      }
    }
  }
  return done;
}

}  // namespace

Status delete_set_aside(const std::string& root, const std::string& folder,
                        const std::stop_token& stop) {
  Result<Place> place = place_of(root, folder);
  if (!place) return place.error();
  Result<Descriptor> top = open_root(root);
  if (!top) return top.error();
  Result<Descriptor> gone = open_folder(*top, kGone);
  if (!gone) return gone.error();
  Descriptor role(
      ::openat(gone->get(), place->role.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!role.is_open() || ::fstatat(role.get(), place->id.c_str(), &facts, AT_SYMLINK_NOFOLLOW)) {
    if (is_missing(errno)) return {};
    return system_error("look at what is set aside of", folder, errno);
  }
  if (Status emptied = empty(role, place->id, stop); !emptied) return emptied;
  if (stop.stop_requested()) return {};
  if (::unlinkat(role.get(), place->id.c_str(), AT_REMOVEDIR) != 0) {
    return system_error("delete", folder, errno);
  }
  (void)::unlinkat(gone->get(), place->role.c_str(), AT_REMOVEDIR);  // fails unless it is the last
  return {};
}

Result<std::vector<std::string>> volumes_set_aside(const std::string& root) {
  Result<Descriptor> top = open_root(root);
  if (!top) return top.error();
  Result<std::vector<std::string>> roles = some_names_in(*top, kGone, {});
  if (!roles) return roles.error();
  Result<Descriptor> gone = open_folder(*top, kGone);
  if (!gone) return gone.error();
  std::vector<std::string> folders;
  for (const std::string& role : *roles) {
    Result<std::vector<std::string>> ids = some_names_in(*gone, role, {});
    if (!ids) continue;  // no folder of a role
    for (const std::string& id : *ids) folders.push_back(root + "/" + role + "/" + id);
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace fairlead

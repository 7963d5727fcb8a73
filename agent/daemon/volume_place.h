// Where volumes lie on this machine, and steps between folders that follow no symbolic link: for
// volume_folders and volume_deletion. Any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/result.h"
#include "isolators/apply/descriptor.h"

namespace fairlead::volumes {

inline constexpr const char* kGone = ".gone";  // no role's folder begins with a '.'
inline constexpr mode_t kForRootAlone = 0700;

/// The two words below the root that a volume's folder is made of.
struct Place {
  std::string role;
  std::string id;
};

/// kInvalid: `folder` is not `<root>/<role>/<id>`.
Result<Place> place_of(const std::string& root, const std::string& folder);

Result<Descriptor> open_root(const std::string& root);
Result<Descriptor> open_folder(const Descriptor& parent, const std::string& name);
/// Made when it is missing; there durably.
Result<Descriptor> open_or_make(const Descriptor& parent, const std::string& name, mode_t mode);
/// ENOENT, or a name that no folder can have.
bool is_missing(int error_number);
/// Ends the process when it fails: nobody knows then what is on the disk, and a second try would
/// not say so.
void sync_or_die(const Descriptor& folder, const std::string& name);

}  // namespace fairlead::volumes

// The file `host` in an agent's state directory: on which machine, under which boot, the agent last
// ran there. A directory that was copied from another machine would speak under that one's id,
// whose containers run there. Asked before anything else of the directory is used. Stateless.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"

namespace fairlead {

struct HostMark {
  std::string machine;  ///< /etc/machine-id; "": it has none
  std::string boot;     ///< the kernel's boot id
  friend bool operator==(const HostMark&, const HostMark&) = default;
};

/// What this machine is. kUnavailable: no boot id.
Result<HostMark> host_now();

/// nullopt: nobody has run there yet, or nothing of use is in the file.
std::optional<HostMark> read_host_mark(const std::string& state_dir);
Status write_host_mark(const std::string& state_dir, const HostMark& mark);

/// kConflict: `mark` is another machine's. It counts as this one's when either has no id, or when
/// the kernel has been running since: then the containers are here whatever became of the id.
Status check_host(const std::string& state_dir, const HostMark& mark, const HostMark& now);

}  // namespace fairlead

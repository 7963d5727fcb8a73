// One agent per cgroup parent: whoever has the lock may take every cgroup below the parent for its
// own, and end what it does not know. Held as long as the object lives; the kernel releases it with
// the process. What it made and nobody used is taken away with it. Owned by the agent's process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isolators/apply/descriptor.h"
#include "isolators/plan.h"

namespace fairlead::isolators {

class ParentLock {
 public:
  /// Makes the parent's directory in one of the host's trees when it is missing. kConflict: another
  /// process has it, a parent above it or one below it; kInvalid: no such parent can be;
  /// kUnavailable and others as the system says.
  static Result<ParentLock> acquire(const HostFacts& host, std::string_view parent);

  ParentLock(ParentLock&&) = default;
  ParentLock& operator=(ParentLock&&) = delete;
  ~ParentLock();

 private:
  struct Held {
    std::string path;
    bool is_made = false;  ///< by this lock
    Descriptor directory;
  };

  ParentLock() = default;

  static Result<Held> lock_directory(const std::string& path, int how, std::string_view parent);

  std::vector<Held> held_;  // shared for the parents above, exclusive for the last
};

}  // namespace fairlead::isolators

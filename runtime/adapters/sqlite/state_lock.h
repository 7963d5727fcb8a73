// One process per state directory: an exclusive flock on `<directory>/lock`, held as long as the
// object lives and released by the kernel when the process dies. Owned by a main, before its store.
#pragma once

#include <memory>
#include <string>

#include "common/result.h"

namespace fairlead {

class StateLock {
 public:
  /// Creates the directory (0700) and the file (0600) when they are missing.
  /// kConflict names the process that holds it; kUnavailable when the directory cannot be used.
  /// Waits, 5 s at most, for a holder that has died and is not wholly gone.
  static Result<std::unique_ptr<StateLock>> acquire(const std::string& directory);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  explicit StateLock(int descriptor) : descriptor_(descriptor) {}

  const int descriptor_;
};

/// Creates `directory` with mode 0700, parents not included. kDenied when it exists and others may
/// enter or own it, kUnavailable when it cannot be made.
Status make_private_directory(const std::string& directory);

}  // namespace fairlead

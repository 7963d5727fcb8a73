// Tells `dev down` when all that `dev up` has started is to be seen. A process that is being
// started looks like its parent until it runs its own program; should the parent be killed in
// between, only this lock knows of it: the descriptor is inherited until then, and the lock with
// it.
#pragma once

#include <string>

#include "common/result.h"
#include "common/time.h"

namespace fairlead::cli {

/// Held by `dev up` while it starts processes, in a file of the dev folder.
class StartLock {
 public:
  explicit StartLock(const std::string& dev_dir);
  ~StartLock();
  StartLock(const StartLock&) = delete;
  StartLock& operator=(const StartLock&) = delete;

  /// kDenied when the file cannot be made or somebody else holds it.
  Status status() const;

 private:
  int descriptor_;
  int failed_ = 0;
};

/// Until nobody holds the lock, at most `patience`. False when somebody still does.
bool wait_for_starts(const std::string& dev_dir, Duration patience);

}  // namespace fairlead::cli

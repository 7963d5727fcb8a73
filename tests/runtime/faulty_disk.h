// A SQLite file layer over the system's that fails when a test says so: writes as a full disk
// does, syncs as a broken one does. Registered under its name while the object lives; one at a
// time. The switches may be turned from any thread.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace fairlead::testing {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  std::string name() const { return vfs_.zName; }

  std::atomic<bool> is_full{false};
  std::atomic<bool> writes_fail{false};
  std::atomic<bool> syncs_fail{false};
  std::atomic<int> syncs{0};

 private:
  sqlite3_vfs vfs_{};
};

}  // namespace fairlead::testing

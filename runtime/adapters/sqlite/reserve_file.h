// Disk space set aside for the moment when the disk is full: releasing it makes room to record
// what must not be lost. Owned by the store; the writer thread's only.
#pragma once

#include <cstdint>
#include <string>

namespace fairlead {

class ReserveFile {
 public:
  ReserveFile(std::string path, std::int64_t bytes);

  /// Allocates the file when it is missing and at least four times its size is free, so that a
  /// full disk is not filled again at once. True when it exists afterwards.
  bool ensure();
  /// Removes the file. False when there was none: nothing is left to give.
  bool release();

 private:
  const std::string path_;
  const std::int64_t bytes_;
  bool present_ = false;
};

}  // namespace fairlead

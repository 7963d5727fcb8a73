// A file descriptor with one owner, and the few whole-file helpers that cgroup files and meta
// folders need. Not a stream library. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"

namespace fairlead {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.descriptor_, -1));
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  int release() { return std::exchange(descriptor_, -1); }
  /// Closes what it owns, takes over `descriptor`.
  void reset(int descriptor = -1);

 private:
  int descriptor_ = -1;
};

/// "write /sys/…/pids.max: Permission denied" with a code that fits `error_number`.
Error system_error(std::string_view action, std::string_view object, int error_number);

/// The first `bytes_max` bytes of a file. kNotFound: it does not exist.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = 64 << 10);
/// One write into an existing file, as cgroup files want it.
Status write_existing(const std::string& path, std::string_view content);
/// Writes all of `content`, repeating short writes.
Status write_all(int descriptor, std::string_view content, std::string_view object);

}  // namespace fairlead

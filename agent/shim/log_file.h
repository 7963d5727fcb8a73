// One output stream of a container as files in its sandbox: `stdout`, and older ones `stdout.1`,
// `stdout.2`, … Bytes are cut only between files, never lost by a rotation, except that the oldest
// file goes when there are too many. Follows no symbolic link that the task may have planted.
// What went is counted in `stdout.skipped`: 20 digits, and an 'r' while a rotation is going on, so
// that a reader can give every byte one offset for the life of the task.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "isolators/apply/descriptor.h"

namespace fairlead::shim {

inline constexpr int kSkippedDigits = 20;

struct LogBounds {
  std::int64_t file_bytes_max = 0;  ///< 0: never rotated
  std::int32_t files_max = 0;       ///< rotated files kept; 0: the full file is dropped
};

class LogFile {
 public:
  /// Opens or creates `name` in the directory `sandbox`, which must stay open.
  /// `owner`: uid and gid of the files, -1: as they are.
  static Result<LogFile> open(int sandbox, std::string name, LogBounds bounds, int uid, int gid);

  /// Never fails a task: what a full disk refuses is counted in `bytes_dropped`.
  void append(std::string_view bytes);
  std::int64_t bytes_dropped() const { return bytes_dropped_; }

 private:
  LogFile() = default;
  bool create(int flags);
  void rotate();
  void count_skipped();
  void write_skipped(bool is_rotating);
  std::string numbered(std::int32_t number) const { return name_ + "." + std::to_string(number); }

  int sandbox_ = -1;
  int uid_ = -1;
  int gid_ = -1;
  std::string name_;
  LogBounds bounds_;
  Descriptor file_;
  std::int64_t file_bytes_ = 0;
  std::int64_t bytes_dropped_ = 0;
  std::int64_t bytes_skipped_ = 0;
};

}  // namespace fairlead::shim

#include "agent/shim/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fairlead::shim {

Result<LogFile> LogFile::open(int sandbox, std::string name, LogBounds bounds, int uid, int gid) {
  LogFile log;
  log.sandbox_ = sandbox;
  log.name_ = std::move(name);
  log.bounds_ = bounds;
  log.uid_ = uid;
  log.gid_ = gid;
  if (!log.create(0)) return system_error("open log file", log.name_, errno);
  struct stat status {};
  if (::fstat(log.file_.get(), &status) == 0) log.file_bytes_ = status.st_size;
  return log;
}

bool LogFile::create(int flags) {
  file_.reset(::openat(sandbox_, name_.c_str(),
                       O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags,
                       0644));
  if (!file_.is_open()) return false;
  if (uid_ >= 0 && ::fchown(file_.get(), static_cast<uid_t>(uid_), static_cast<gid_t>(gid_)) != 0) {
    return false;
  }
  file_bytes_ = 0;
  return true;
}

/// Adds what the coming rotation takes away.
void LogFile::count_skipped() {
  if (bounds_.files_max == 0) {
    bytes_skipped_ += file_bytes_;
    return;
  }
  struct stat oldest {};
  const std::string name = numbered(bounds_.files_max);
  if (::fstatat(sandbox_, name.c_str(), &oldest, AT_SYMLINK_NOFOLLOW) == 0) {
    bytes_skipped_ += oldest.st_size;
  }
}

void LogFile::write_skipped(bool is_rotating) {
  const std::string digits = std::to_string(bytes_skipped_);
  std::string text(static_cast<std::size_t>(kSkippedDigits) - digits.size(), '0');
  text += digits + (is_rotating ? 'r' : '\n');
  const std::string name = name_ + ".skipped";
  const Descriptor file(::openat(sandbox_, name.c_str(),
                                 O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
  // Best effort: without it a reader's offsets jump, but no byte is lost.
  if (file.is_open() && ::pwrite(file.get(), text.data(), text.size(), 0) < 0) return;
}

void LogFile::rotate() {
  count_skipped();
  write_skipped(true);
  file_.reset();
  if (bounds_.files_max == 0) {
    ::unlinkat(sandbox_, name_.c_str(), 0);
  } else {
    for (std::int32_t number = bounds_.files_max - 1; number >= 1; --number) {
      ::renameat(sandbox_, numbered(number).c_str(), sandbox_, numbered(number + 1).c_str());
    }
    ::renameat(sandbox_, name_.c_str(), sandbox_, numbered(1).c_str());
  }
  // Between the rename and the open the task may have put something of its own there.
  constexpr int kAttempts = 3;
  for (int i = 0; i < kAttempts && !create(O_EXCL); ++i) ::unlinkat(sandbox_, name_.c_str(), 0);
  write_skipped(false);
}

void LogFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bounds_.file_bytes_max > 0 && file_bytes_ >= bounds_.file_bytes_max) rotate();
    if (!file_.is_open() && !create(O_EXCL)) break;
    std::size_t count = bytes.size();
    if (bounds_.file_bytes_max > 0) {
      count = std::min(count, static_cast<std::size_t>(bounds_.file_bytes_max - file_bytes_));
    }
    const ssize_t put = ::write(file_.get(), bytes.data(), count);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    file_bytes_ += put;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  bytes_dropped_ += static_cast<std::int64_t>(bytes.size());
}

}  // namespace fairlead::shim

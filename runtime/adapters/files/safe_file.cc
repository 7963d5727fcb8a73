#include "runtime/adapters/files/safe_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace fairlead {
namespace {

Error trouble(ErrorCode code, const std::string& path, const Complaint& rest) {
  Complaint complaint = rest;
  complaint.what = "file " + path;
  return Error{.code = code, .message = to_string(complaint)};
}

}  // namespace

Result<std::string> read_file_safely(const std::string& path, const SafeRead& rule) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return trouble(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kDenied, path,
                   {.expected = "a readable file", .got = std::strerror(errno)});
  }
  struct stat info {};
  bool regular = ::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  bool small =
      regular && info.st_size >= 0 && static_cast<std::size_t>(info.st_size) <= rule.bytes_max;
  bool safe = rule.forbidden_mode == 0 || ((info.st_mode & rule.forbidden_mode) == 0 &&
                                           (info.st_uid == ::geteuid() || info.st_uid == 0));
  std::string text;
  if (small && safe) {
    text.resize(static_cast<std::size_t>(info.st_size));
    ssize_t got = ::read(descriptor, text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  ::close(descriptor);
  if (!small) {
    return trouble(
        ErrorCode::kInvalid, path,
        {.expected = "a plain file of at most " + std::to_string(rule.bytes_max) + " bytes"});
  }
  if (!safe) {
    std::array<char, 8> allowed{};
    std::array<char, 8> found{};
    std::snprintf(allowed.data(), allowed.size(), "%04o", 0700 & ~rule.forbidden_mode & 0600);
    std::snprintf(found.data(), found.size(), "%04o", info.st_mode & 07777);
    return trouble(
        ErrorCode::kDenied, path,
        {.expected = std::string("this user's file, mode at most ") + allowed.data(),
         .got = std::string("uid ") + std::to_string(info.st_uid) + ", mode " + found.data(),
         .hint = std::string("chmod ") + allowed.data() + " " + path});
  }
  return text;
}

std::optional<FileMark> mark_of_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileMark{
      // Not the time of modification: a chmod that makes a refused file good is a change too.
      .changed_ns = std::int64_t{info.st_ctim.tv_sec} * 1'000'000'000 + info.st_ctim.tv_nsec,
      .size = info.st_size,
      .inode = info.st_ino};
}

}  // namespace fairlead

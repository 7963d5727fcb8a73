#include "runtime/adapters/sqlite/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

namespace fairlead {
namespace {

constexpr std::chrono::seconds kEndingMax{5};
constexpr std::chrono::milliseconds kLookEvery{10};

Error failed(ErrorCode code, const std::string& directory, const char* what, int cause) {
  return Error{.code = code,
               .message = to_string(Complaint{.what = "state directory " + directory,
                                              .where = what,
                                              .got = std::strerror(cause),
                                              .hint = "choose another --state-dir"})};
}

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  ssize_t length = ::pread(descriptor, text.data(), text.size() - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < length; ++i) {
    char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') break;
    pid += c;
  }
  return pid.empty() ? "unknown" : pid;
}

/// True for one that has ended, or whose other threads are still on their way out.
bool is_ending(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string text;
  if (!std::getline(stat, text)) return true;
  const std::size_t name_end = text.rfind(") ");
  return name_end != std::string::npos && text.find_first_of("ZX", name_end) == name_end + 2;
}

/// A lock may outlive the process that everybody has seen dead, by the last of its threads: then it
/// is waited for. 0, or errno.
int lock(int descriptor) {
  const auto until = std::chrono::steady_clock::now() + kEndingMax;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int cause = errno;
    const bool is_worth_waiting = cause == EWOULDBLOCK &&
                                  std::chrono::steady_clock::now() < until &&
                                  is_ending(holder_of(descriptor));
    if (!is_worth_waiting) return cause;
    std::this_thread::sleep_for(kLookEvery);
  }
  return 0;
}

}  // namespace

Status make_private_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return failed(ErrorCode::kUnavailable, directory, "mkdir", errno);
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    return failed(ErrorCode::kUnavailable, directory, "stat", errno);
  }
  if (!S_ISDIR(info.st_mode)) return failed(ErrorCode::kUnavailable, directory, "stat", ENOTDIR);
  if (info.st_uid != ::geteuid() || (info.st_mode & 0077) != 0) {
    return Error{.code = ErrorCode::kDenied,
                 .message = to_string(Complaint{
                     .what = "state directory " + directory,
                     .expected = "owned by this user with mode 0700",
                     .got = "uid " + std::to_string(info.st_uid) + ", group or others may use it",
                     .hint = "chmod 700 " + directory})};
  }
  return {};
}

Result<std::unique_ptr<StateLock>> StateLock::acquire(const std::string& directory) {
  Status made = make_private_directory(directory);
  if (!made.ok()) return made.error();
  std::string path = directory + "/lock";
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return failed(ErrorCode::kUnavailable, directory, "open lock", errno);
  if (const int cause = lock(descriptor); cause != 0) {
    std::string holder = holder_of(descriptor);
    ::close(descriptor);
    if (cause != EWOULDBLOCK) return failed(ErrorCode::kUnavailable, directory, "flock", cause);
    return Error{
        .code = ErrorCode::kConflict,
        .message = to_string(Complaint{.what = "state directory " + directory,
                                       .expected = "no other process in it",
                                       .got = "locked by pid " + holder,
                                       .hint = "stop that process or choose another --state-dir"})};
  }
  std::string pid = std::to_string(::getpid()) + "\n";
  // Only for the message above: the lock holds without it, as on a full disk.
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] ssize_t written = ::pwrite(descriptor, pid.data(), pid.size(), 0);
  }
  return std::unique_ptr<StateLock>(new StateLock(descriptor));
}

StateLock::~StateLock() {
  ::close(descriptor_);
}

}  // namespace fairlead

#include "cli/start_lock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/progress.h"

namespace fairlead::cli {
namespace {

constexpr int kPollMs = 10;

std::string lock_path(const std::string& dev_dir) {
  return dev_dir + "/starting.lock";
}

}  // namespace

StartLock::StartLock(const std::string& dev_dir)
    : descriptor_(::open(lock_path(dev_dir).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) failed_ = errno;
}

StartLock::~StartLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status StartLock::status() const {
  if (failed_ == 0) return {};
  return Error{ErrorCode::kDenied, std::string("dev folder: cannot be locked: ") +
                                       std::strerror(failed_) + "; hint: choose another --dev-dir"};
}

bool wait_for_starts(const std::string& dev_dir, Duration patience) {
  const int descriptor = ::open(lock_path(dev_dir).c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return true;
  const Instant until = steady_now() + patience;
  bool is_free = false;
  while (!(is_free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) && steady_now() < until) {
    ::poll(nullptr, 0, kPollMs);
  }
  ::close(descriptor);
  return is_free;
}

}  // namespace fairlead::cli

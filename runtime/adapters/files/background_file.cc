#include "runtime/adapters/files/background_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace fairlead {
namespace {

/// So much is worth waking the writer at once; less waits for its next look.
constexpr std::size_t kWorthWakingBytes = 64 << 10;
constexpr std::chrono::milliseconds kLookEvery{100};

Error failed(ErrorCode code, const std::string& path, int number) {
  return Error{code, path + ": " + std::strerror(number)};
}

}  // namespace

Result<std::unique_ptr<BackgroundFile>> BackgroundFile::create(const Options& options) {
  const int descriptor =
      ::open(options.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return failed(errno == EEXIST ? ErrorCode::kConflict : ErrorCode::kUnavailable, options.path,
                  errno);
  }
  return std::unique_ptr<BackgroundFile>(new BackgroundFile(options, descriptor));
}

BackgroundFile::BackgroundFile(const Options& options, int descriptor)
    : options_(options), descriptor_(descriptor), writer_([this] { run(); }) {}

BackgroundFile::~BackgroundFile() {
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  writer_.join();
  ::close(descriptor_);
}

Status BackgroundFile::append(BytesView bytes) {
  if (!stopped_) return stopped_;
  if (bytes_ + bytes.size() > options_.bytes_max) {
    return stop({ErrorCode::kExhausted, options_.path + ": it is as large as it may be, " +
                                            std::to_string(options_.bytes_max) + " bytes"});
  }
  std::size_t waiting = 0;
  {
    std::lock_guard lock(mutex_);
    if (!disk_) return stop(disk_.error());
    waiting = waiting_.size() + bytes.size();
    if (waiting <= options_.waiting_bytes_max) {
      waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    }
  }
  if (waiting > options_.waiting_bytes_max) {
    return stop({ErrorCode::kExhausted, options_.path + ": the disk is too slow: more than " +
                                            std::to_string(options_.waiting_bytes_max) +
                                            " bytes wait for it"});
  }
  bytes_ += bytes.size();
  if (waiting >= kWorthWakingBytes) changed_.notify_one();
  return {};
}

Status BackgroundFile::stop(Error error) {
  stopped_ = std::move(error);
  return stopped_;
}

void BackgroundFile::run() {
  Bytes taken;
  std::unique_lock lock(mutex_);
  while (!ends_ || !waiting_.empty()) {
    changed_.wait_for(lock, kLookEvery,
                      [this] { return ends_ || waiting_.size() >= kWorthWakingBytes; });
    taken.clear();
    std::swap(taken, waiting_);
    if (taken.empty()) continue;
    lock.unlock();
    Status written = write_all(taken);
    lock.lock();
    if (written) continue;
    disk_ = std::move(written);
    waiting_.clear();
    return;
  }
}

Status BackgroundFile::write_all(BytesView bytes) const {
  while (!bytes.empty()) {
    const ssize_t some = ::write(descriptor_, bytes.data(), bytes.size());
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return failed(ErrorCode::kUnavailable, options_.path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(some));
  }
  return {};
}

}  // namespace fairlead

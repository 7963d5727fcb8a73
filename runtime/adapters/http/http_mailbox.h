// Where other threads leave work for the HTTP thread. Shared by the server, its responders and
// streams, and outlives the server: it then takes nothing any more. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace fairlead {

class HttpMailbox {
 public:
  using Work = std::function<void()>;
  /// `deliver` runs the work on the HTTP thread, soon.
  explicit HttpMailbox(std::function<void(Work)> deliver) : deliver_(std::move(deliver)) {}

  /// False when the server is gone.
  bool post(Work work) {
    const std::lock_guard lock(mutex_);
    if (!deliver_) return false;
    deliver_(std::move(work));
    return true;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    deliver_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::function<void(Work)> deliver_;  // guarded by mutex_
};

}  // namespace fairlead

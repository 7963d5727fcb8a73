// Waiting for the kernel, which tells nobody when it is done: how long in all, and a little at a
// time.
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace fairlead::isolators {

/// A point in time until which waits may last.
class Deadline {
 public:
  explicit Deadline(std::int64_t ms) : end_ms_(now_ms() + ms) {}
  int left_ms() const { return static_cast<int>(std::max<std::int64_t>(end_ms_ - now_ms(), 0)); }

 private:
  static std::int64_t now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000 + now.tv_nsec / 1'000'000;
  }
  std::int64_t end_ms_;
};

inline void wait_a_little() {
  constexpr int kRetryMs = 5;  // between attempts where the kernel offers no event
  ::poll(nullptr, 0, kRetryMs);
}

}  // namespace fairlead::isolators

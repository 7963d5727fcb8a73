#include "runtime/adapters/loop/loop_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/check.h"

namespace fairlead {
namespace {

timespec to_timespec(Duration span) {
  return {.tv_sec = span.ns / 1'000'000'000, .tv_nsec = span.ns % 1'000'000'000};
}

}  // namespace

Result<std::unique_ptr<LoopTimer>> LoopTimer::create(Loop& loop, Work on_expired) {
  const int descriptor = ::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (descriptor < 0) {
    return Error{.code = ErrorCode::kExhausted,
                 .message = to_string(Complaint{.what = "open a timer",
                                                .got = std::strerror(errno),
                                                .hint = "raise the limit on open files"})};
  }
  std::unique_ptr<LoopTimer> timer(new LoopTimer(loop, descriptor));
  loop.watch(descriptor, [descriptor, on_expired = std::move(on_expired)] {
    std::uint64_t expirations = 0;
    // Nothing to read: it was started anew after it had expired.
    if (::read(descriptor, &expirations, sizeof expirations) > 0) on_expired();
  });
  return timer;
}

LoopTimer::~LoopTimer() {
  loop_.unwatch(descriptor_);
  ::close(descriptor_);
}

void LoopTimer::start_once(Duration after) {
  set(std::max(after, Duration{1}), {});
}

void LoopTimer::start_every(Duration period) {
  set(std::max(period, Duration{1}), std::max(period, Duration{1}));
}

void LoopTimer::stop() {
  set({}, {});
}

void LoopTimer::set(Duration after, Duration period) {
  const itimerspec when{.it_interval = to_timespec(period), .it_value = to_timespec(after)};
  check(::timerfd_settime(descriptor_, 0, &when, nullptr) == 0, "a timer takes any time span");
}

}  // namespace fairlead

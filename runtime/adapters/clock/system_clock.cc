#include "runtime/adapters/clock/system_clock.h"

#include <ctime>

#include "common/check.h"

namespace fairlead {
namespace {

std::int64_t read_ns(clockid_t clock) {
  timespec time{};
  check(::clock_gettime(clock, &time) == 0, "this kernel has the clock");
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Instant SystemClock::now() const {
  return {read_ns(CLOCK_BOOTTIME)};
}

WallTime SystemClock::wall() const {
  return {read_ns(CLOCK_REALTIME) / 1'000'000};
}

}  // namespace fairlead

#include "allocator/turnover.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead::allocation {
namespace {

std::int64_t minute_of(Instant at) {
  return at.ns / seconds(60).ns;
}

}  // namespace

void Turnover::add(Instant now, const Quantities& freed) {
  std::int64_t number = minute_of(now);
  Minute& minute = minutes_[static_cast<std::size_t>(number % kMinutes)];
  if (minute.number != number) minute = {.number = number, .times = 0, .freed = {}};
  ++minute.times;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    // What ends again and again within a minute cannot be more than that.
    minute.freed[i] = std::min(limits::kQuantityMax, minute.freed[i] + freed.standard[i]);
  }
}

Turnover::Sum Turnover::sum(Instant now) const {
  std::int64_t last = minute_of(now);
  Sum sum;
  for (const Minute& minute : minutes_) {
    if (minute.number < 0 || minute.number <= last - kMinutes) continue;
    sum.minutes = std::max(sum.minutes, last - minute.number + 1);
    sum.times += minute.times;
    for (std::size_t i = 0; i < kStandardScalars; ++i) sum.freed[i] += minute.freed[i];
  }
  return sum;
}

}  // namespace fairlead::allocation

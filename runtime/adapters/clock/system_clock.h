// The machine's clocks. Not for tests: they hand in their own Clock.
// Stateless and thread-safe.
#pragma once

#include "runtime/clock.h"

namespace fairlead {

class SystemClock final : public Clock {
 public:
  /// CLOCK_BOOTTIME. About 30 ns.
  Instant now() const override;
  /// CLOCK_REALTIME; may jump in either direction.
  WallTime wall() const override;
};

}  // namespace fairlead

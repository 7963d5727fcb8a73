// The only source of time. Real in runtime/adapters/, virtual in the simulator.
#pragma once

#include "common/time.h"

namespace fairlead {

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic, counts through suspend, never set by anybody (CLOCK_BOOTTIME).
  virtual Instant now() const = 0;
  /// For people only.
  virtual WallTime wall() const = 0;
};

}  // namespace fairlead

// A timer of an adapter's own, for what has no core that names deadlines. Runs by CLOCK_BOOTTIME,
// so that a machine's sleep counts. Owned by the adapter; loop's thread only.
#pragma once

#include <memory>

#include "common/result.h"
#include "common/time.h"
#include "runtime/loop.h"

namespace fairlead {

class LoopTimer {
 public:
  /// kExhausted: the process is out of descriptors. `loop` must outlive the timer.
  static Result<std::unique_ptr<LoopTimer>> create(Loop& loop, Work on_expired);
  ~LoopTimer();
  LoopTimer(const LoopTimer&) = delete;
  LoopTimer& operator=(const LoopTimer&) = delete;

  /// Each replaces what was started before. REQUIRES: a span above 0; what is below 1 ns is 1 ns.
  void start_once(Duration after);
  void start_every(Duration period);
  void stop();

 private:
  LoopTimer(Loop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {}
  void set(Duration after, Duration period);

  Loop& loop_;
  const int descriptor_;
};

}  // namespace fairlead

// The loop that feeds a core: one thread that waits for descriptors, mail from other threads and
// the core's next deadline. `post` and `stop` are thread-safe; everything else is for the loop's
// own thread (or before `run`).
#pragma once

#include <functional>

#include "common/time.h"

namespace fairlead {

using Work = std::function<void()>;

class Loop {
 public:
  virtual ~Loop() = default;

  /// Queues work for the loop's thread. False when limits::kMailboxEventsMax are waiting.
  [[nodiscard]] virtual bool post(Work work) = 0;
  /// Calls `on_readable` while `descriptor` is readable (level-triggered).
  virtual void watch(int descriptor, Work on_readable) = 0;
  virtual void unwatch(int descriptor) = 0;
  /// Asks before every wait when `on_due` wants to run; runs it when that instant has passed.
  virtual void set_timer(std::function<Instant()> next_deadline,
                         std::function<void(Instant)> on_due) = 0;
  /// Runs after each round of work, before waiting: for batching what a round produced.
  virtual void set_after_round(Work flush) = 0;

  virtual void run() = 0;
  virtual void stop() = 0;
};

}  // namespace fairlead

// Deadlines of an agent's core: at most one per (kind, task). Ordered and deterministic. It knows
// no clock. Owned by the core's state; not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "common/time.h"

namespace fairlead {

enum class TimerKind : std::uint8_t {
  kRegister,  ///< say RegisterAgent again
  kHeartbeat,
  kMasterSilent,  ///< nothing heard for unreachable_after
  kSandboxes,     ///< the oldest sandbox is due
  kStatusRetry,
  kWriteRetry,
  kKill,
  kDuration,
};

/// A task's number within this life of the agent; 0 is the agent itself.
using Serial = std::uint64_t;

struct Timer {
  Instant at;
  TimerKind kind = TimerKind::kRegister;
  Serial serial = 0;
  friend auto operator<=>(const Timer&, const Timer&) = default;
};

class Timers {
 public:
  /// Replaces the timer of (kind, serial). O(log timers).
  void arm(TimerKind kind, Serial serial, Instant at);
  /// Nothing happens when there is none.
  void disarm(TimerKind kind, Serial serial);
  /// Disarms every timer of a task.
  void disarm_all(Serial serial);
  bool is_armed(TimerKind kind, Serial serial) const;
  /// never() when it is not armed. O(log timers).
  Instant due(TimerKind kind, Serial serial) const;
  /// never() when there is none. O(1).
  Instant next() const;
  /// Takes out the earliest timer that is due; ties by (kind, serial).
  std::optional<Timer> take_due(Instant now);

 private:
  std::map<std::pair<Serial, TimerKind>, Instant> armed_;
  std::set<Timer> order_;
};

}  // namespace fairlead

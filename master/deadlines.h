// Ordered deadlines with lazy renewal: renewing a lease only moves the time kept with its owner;
// the queue is touched once per lease period, when the old deadline comes up. Owner: MasterState.
// Not thread-safe.
#pragma once

#include <compare>
#include <cstdint>
#include <queue>
#include <vector>

#include "common/time.h"

namespace fairlead::master {

enum class DeadlineKind : std::uint8_t {
  kAgentLease,
  kAgentsReturn,  ///< those that did not come back after a takeover
  kBreakerEnds,
  kDrainDeadline,  ///< or the end of a drain has to be written again
  kSilentAgents,   ///< the next may be given up; of no slot
  kFrameworkLease,
  kFrameworkFailover,
  kFrameworkRemoval,
  kRetryWrites,
  kWindows,            ///< one begins or ends; of no slot
  kRegistrationParts,  ///< one did not come; of no slot
  kGangs,              ///< one is not prepared for long; of no slot
  kReclaim,            ///< what was not given is taken; of no slot
};

struct Deadline {
  Instant at;
  DeadlineKind kind = DeadlineKind::kAgentLease;
  std::uint32_t slot = 0;        ///< of the agent or framework
  std::uint32_t generation = 0;  ///< of that slot's user: an older one is ignored
  friend constexpr auto operator<=>(const Deadline&, const Deadline&) = default;
};

class Deadlines {
 public:
  void add(const Deadline& deadline) { queue_.push(deadline); }
  Instant next() const { return queue_.empty() ? Instant::never() : queue_.top().at; }
  /// REQUIRES next() is not never.
  Deadline pop() {
    Deadline first = queue_.top();
    queue_.pop();
    return first;
  }

 private:
  std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> queue_;
};

}  // namespace fairlead::master

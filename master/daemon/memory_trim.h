// When the master gives memory back to the kernel. The C library keeps what a burst of messages
// freed, since the long-lived pieces that were made in between stand in its heap; only a trim
// returns the whole pages that are empty. It may take some ten milliseconds, so it waits until the
// burst is over. Owned by MasterProcess; loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "common/time.h"

namespace fairlead {

class MemoryTrim {
 public:
  /// `trim` gives back what it can: malloc_trim(0) in the master, a count in a test.
  explicit MemoryTrim(std::function<void()> trim) : trim_(std::move(trim)) {}

  /// After each round of the loop; `messages` were taken and sent since the start. O(1).
  void after_round(Instant now, std::uint64_t messages);
  /// never() unless a burst is to be looked at again.
  Instant next_deadline() const { return look_at_; }
  /// Trims when the messages became few beside the burst's, or a minute after it began.
  void on_time(Instant now, std::uint64_t messages);

 private:
  const std::function<void()> trim_;
  Instant look_at_ = Instant::never();
  Instant trim_at_;             ///< at the latest
  std::uint64_t at_trim_ = 0;   ///< messages at the last trim
  std::uint64_t at_round_ = 0;  ///< messages after the last round
  std::uint64_t at_look_ = 0;   ///< messages at the last look
  std::uint64_t most_ = 0;      ///< between two looks of this burst
};

/// What MasterProcess passes as `trim`.
void give_memory_back();

}  // namespace fairlead

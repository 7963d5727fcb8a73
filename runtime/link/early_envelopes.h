// What peers say to a master just before it leads. They learn who is elected from the coordination
// service, often sooner than the master's own epoch is durable: what they say at once is kept for
// that moment, so that nobody has to ask again after a back-off. Only what came lately: a standby
// also hears peers that take it for the leader that it was long ago, and they go elsewhere.
// Owned by a master's process; loop thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "common/time.h"
#include "runtime/transport.h"

namespace fairlead {

class EarlyEnvelopes {
 public:
  /// Older ones are forgotten. A takeover takes less, and peers repeat themselves within it.
  static constexpr Duration kAgeMax = seconds(2);

  /// Makes room by forgetting the oldest: limits::kHeldBytesMax in all. REQUIRES now >= the
  /// previous one.
  void keep(const Incoming& incoming, Instant now);
  /// What is not too old, in order; nothing is left.
  std::vector<Incoming> take(Instant now);

 private:
  struct Kept {
    Instant at;
    Incoming incoming;
  };
  static std::size_t bytes_of(const Incoming& incoming);
  static bool is_old(const Kept& kept, Instant now) { return now - kept.at > kAgeMax; }
  void forget_oldest();

  std::deque<Kept> kept_;
  std::size_t bytes_ = 0;
};

}  // namespace fairlead

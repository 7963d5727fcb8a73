// What a transport end counted since it was made. One writer (the loop's thread), any readers:
// metrics read it from their own thread. Each counter is exact; two of them may differ by a
// message that is on its way.
#pragma once

#include <atomic>
#include <cstdint>

namespace fairlead {

struct TransportCounters {
  using Counter = std::atomic<std::uint64_t>;

  Counter messages_received{0};  ///< handed to the handler
  Counter bytes_received{0};
  Counter messages_sent{0};  ///< accepted by the queue
  Counter bytes_sent{0};
  Counter sends_full{0};          ///< SendOutcome::kFull
  Counter sends_gone{0};          ///< SendOutcome::kGone
  Counter sends_oversize{0};      ///< our own message was above the bound (also in sends_full)
  Counter ignored_malformed{0};   ///< not exactly one payload frame, or an empty one
  Counter ignored_identity{0};    ///< the peer chose its own routing id
  Counter ignored_revoked{0};     ///< the key left the allow-list while the link lived
  Counter ignored_links_full{0};  ///< no room in the link table
  Counter links_opened{0};
  Counter links_closed{0};
  Counter shut_revoked{0};  ///< connections ended because their key left the allow-list
  Counter shut_memory{0};   ///< connections ended because they filled the memory
  Counter keys_revoked{0};  ///< by the watch on memory
};

/// Adds without the cost of an atomic read-modify-write. REQUIRES: the one writer's thread.
inline void count(TransportCounters::Counter& counter, std::uint64_t by = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace fairlead

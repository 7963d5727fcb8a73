#include "master/daemon/memory_trim.h"

#include <malloc.h>

namespace fairlead {
namespace {

constexpr Duration kLookEvery = milliseconds(500);
// Fewer leave too little behind to be worth a walk over the heap.
constexpr std::uint64_t kBurstMessages = 5'000;
// A cluster that only keeps its leases alive says less than this between two looks, even with some
// thousands of agents; a busy one says more.
constexpr std::uint64_t kQuietMessages = 2'000;

}  // namespace

void MemoryTrim::after_round(Instant now, std::uint64_t messages) {
  if (!look_at_.is_never() || messages - at_trim_ < kBurstMessages) return;
  look_at_ = now + kLookEvery;
  at_look_ = messages;
}

void MemoryTrim::on_time(Instant now, std::uint64_t messages) {
  if (now < look_at_) return;
  bool is_busy = messages - at_look_ > kQuietMessages;
  at_look_ = messages;
  look_at_ = now + kLookEvery;
  if (is_busy) return;
  look_at_ = Instant::never();
  at_trim_ = messages;
  trim_();
}

void give_memory_back() {
  (void)::malloc_trim(0);
}

}  // namespace fairlead

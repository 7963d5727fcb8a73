#include "master/daemon/memory_trim.h"

#include <malloc.h>

#include <algorithm>

namespace fairlead {
namespace {

constexpr Duration kLookEvery = milliseconds(250);
constexpr Duration kWaitMax = seconds(60);
// Fewer leave too little behind to be worth a walk over the heap.
constexpr std::uint64_t kBurstMessages = 5'000;

}  // namespace

void MemoryTrim::after_round(Instant now, std::uint64_t messages) {
  std::uint64_t of_round = messages - at_round_;
  at_round_ = messages;
  if (!look_at_.is_never() || messages - at_trim_ < kBurstMessages) return;
  look_at_ = now + kLookEvery;
  trim_at_ = now + kWaitMax;
  at_look_ = messages;
  most_ = of_round;
}

void MemoryTrim::on_time(Instant now, std::uint64_t messages) {
  if (look_at_.is_never() || now < look_at_) return;
  std::uint64_t since = messages - at_look_;
  most_ = std::max(most_, since);
  at_look_ = messages;
  look_at_ = now + kLookEvery;
  // Beside what keeps leases alive, which is a steady stream in a large cluster.
  bool is_over = since <= most_ / 4;
  if (!is_over && now < trim_at_) return;
  look_at_ = Instant::never();
  at_trim_ = messages;
  trim_();
}

void give_memory_back() {
  (void)::malloc_trim(0);
}

}  // namespace fairlead

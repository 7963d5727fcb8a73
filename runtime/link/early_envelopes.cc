#include "runtime/link/early_envelopes.h"

#include <utility>

#include "common/limits.h"

namespace fairlead {

std::size_t EarlyEnvelopes::bytes_of(const Incoming& incoming) {
  return sizeof(Kept) + incoming.principal.text.size() + incoming.bytes.size();
}

void EarlyEnvelopes::forget_oldest() {
  bytes_ -= bytes_of(kept_.front().incoming);
  kept_.pop_front();
}

void EarlyEnvelopes::keep(const Incoming& incoming, Instant now) {
  bytes_ += bytes_of(incoming);
  kept_.push_back({now, incoming});
  while (!kept_.empty() && (bytes_ > limits::kHeldBytesMax || is_old(kept_.front(), now))) {
    forget_oldest();
  }
}

std::vector<Incoming> EarlyEnvelopes::take(Instant now) {
  while (!kept_.empty() && is_old(kept_.front(), now)) forget_oldest();
  std::vector<Incoming> all;
  for (Kept& one : std::exchange(kept_, {})) all.push_back(std::move(one.incoming));
  bytes_ = 0;
  return all;
}

}  // namespace fairlead

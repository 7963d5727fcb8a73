#include "simulator/chaos/event_queue.h"

#include <algorithm>
#include <utility>

#include "common/check.h"

namespace fairlead::chaos {

void EventQueue::at(Instant at, Happening happening) {
  heap_.push_back({std::max(at, now_), ++scheduled_, std::move(happening)});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
}

void EventQueue::run_next() {
  check(!heap_.empty(), "an event waits");
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  Event event = std::move(heap_.back());
  heap_.pop_back();
  now_ = event.at;
  event.happening();
}

void EventQueue::idle_until(Instant end) {
  check(next_at() >= end, "no event is skipped");
  now_ = std::max(now_, end);
}

}  // namespace fairlead::chaos

// What will happen, in the order in which it happens: by time, then by the order in which it was
// scheduled. Virtual time moves only by taking the next event. Owned by a World; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "common/time.h"

namespace fairlead::chaos {

class EventQueue {
 public:
  using Happening = std::function<void()>;

  Instant now() const { return now_; }
  bool empty() const { return heap_.empty(); }
  /// When the next event happens; never() when there is none.
  Instant next_at() const { return heap_.empty() ? Instant::never() : heap_.front().at; }

  /// A time that has passed means now. O(log events).
  void at(Instant at, Happening happening);
  void after(Duration wait, Happening happening) { at(now_ + wait, std::move(happening)); }

  /// Takes the next event. REQUIRES: !empty().
  void run_next();
  /// Moves to `end`. REQUIRES: next_at() >= end.
  void idle_until(Instant end);

 private:
  struct Event {
    Instant at;
    std::uint64_t sequence = 0;
    Happening happening;
  };
  static bool is_later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }

  std::vector<Event> heap_;
  Instant now_;
  std::uint64_t scheduled_ = 0;
};

}  // namespace fairlead::chaos

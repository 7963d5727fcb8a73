// Since when one who looks for a leader has had none, and when that is said to people: not for the
// blink of a takeover, once when it lasts, again while it does. One text serves the logs of agents
// and frameworks and the command line. Does not look for anybody. Pure; not thread-safe.
#pragma once

#include <optional>
#include <string>

#include "common/time.h"

namespace fairlead {

class LeaderAbsence {
 public:
  struct News {
    std::string text;  ///< "no leader since 2026-11-25 14:07:24Z, retrying"
    Duration span;     ///< without a leader so far
    std::string why;
  };

  /// There is no leader. What is going on keeps its beginning; a `why` that differs is said, too.
  void begin(Instant now, WallTime wall, std::string why);
  /// There is one. How long there was none, if that was said.
  std::optional<Duration> end(Instant now);
  bool is_going_on() const { return !began_at_.is_never(); }

  Instant next_deadline() const { return say_at_; }
  /// What is due to be said.
  std::optional<News> on_time(Instant now);

 private:
  Instant began_at_ = Instant::never();
  Instant said_at_ = Instant::never();
  Instant say_at_ = Instant::never();
  WallTime since_;
  std::string why_;
};

}  // namespace fairlead

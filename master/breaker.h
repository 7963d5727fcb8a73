// The black-hole breaker of one agent: a machine on which launches keep failing frees its resources
// in milliseconds and would attract every task. Pure arithmetic on Instants; no queue of its own.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "common/time.h"

namespace fairlead::master {

struct BreakerConfig {
  std::uint32_t failures_max = 5;    ///< so many failed launches in a row …
  Duration window = seconds(60);     ///< … within this time open it
  Duration pause_min = seconds(10);  ///< first pause; doubles at each opening in a row
  Duration pause_max = seconds(15 * 60);
};

class Breaker {
 public:
  /// Counts one failed launch. True when it opens now; then `open_until` is in the future.
  bool on_launch_failed(Instant now, const BreakerConfig& config);
  /// A launch worked: forgets failures and the growth of the pause.
  void on_launch_worked();
  /// The pause is over: launches are tried again; the next pause is twice as long.
  void on_pause_over();

  bool is_open() const { return open_; }
  Instant opened_at() const { return opened_at_; }
  Instant open_until() const { return open_until_; }
  std::uint32_t openings() const { return openings_; }

 private:
  std::vector<Instant> failures_;  // within the window, oldest first; at most failures_max
  Instant opened_at_;
  Instant open_until_;
  std::uint32_t openings_ = 0;  // in a row
  bool open_ = false;
};

}  // namespace fairlead::master

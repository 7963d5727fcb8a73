#include "master/breaker.h"

#include <algorithm>

namespace fairlead::master {

bool Breaker::on_launch_failed(Instant now, const BreakerConfig& config) {
  if (open_ || config.failures_max == 0) return false;
  std::erase_if(failures_, [&](Instant at) { return now - at > config.window; });
  failures_.push_back(now);
  // After a pause one failure is enough: the machine has not changed.
  std::size_t enough = openings_ > 0 ? 1 : config.failures_max;
  if (failures_.size() < enough) return false;
  Duration pause = config.pause_min;
  for (std::uint32_t i = 0; i < openings_ && pause < config.pause_max; ++i) pause = pause * 2;
  opened_at_ = now;
  open_until_ = now + std::min(pause, config.pause_max);
  open_ = true;
  ++openings_;
  failures_.clear();
  return true;
}

void Breaker::on_launch_worked() {
  failures_.clear();
  if (!open_) openings_ = 0;
}

void Breaker::on_pause_over() {
  open_ = false;
}

}  // namespace fairlead::master

#include "agent/timers.h"

namespace fairlead {

void Timers::arm(TimerKind kind, Serial serial, Instant at) {
  disarm(kind, serial);
  if (at.is_never()) return;
  armed_.emplace(std::pair{serial, kind}, at);
  order_.insert({.at = at, .kind = kind, .serial = serial});
}

void Timers::disarm(TimerKind kind, Serial serial) {
  const auto found = armed_.find({serial, kind});
  if (found == armed_.end()) return;
  order_.erase({.at = found->second, .kind = kind, .serial = serial});
  armed_.erase(found);
}

void Timers::disarm_all(Serial serial) {
  auto it = armed_.lower_bound({serial, TimerKind::kRegister});
  while (it != armed_.end() && it->first.first == serial) {
    order_.erase({.at = it->second, .kind = it->first.second, .serial = serial});
    it = armed_.erase(it);
  }
}

bool Timers::is_armed(TimerKind kind, Serial serial) const {
  return armed_.count({serial, kind}) > 0;
}

Instant Timers::due(TimerKind kind, Serial serial) const {
  const auto found = armed_.find({serial, kind});
  return found == armed_.end() ? Instant::never() : found->second;
}

Instant Timers::next() const {
  return order_.empty() ? Instant::never() : order_.begin()->at;
}

std::optional<Timer> Timers::take_due(Instant now) {
  if (order_.empty() || order_.begin()->at > now) return std::nullopt;
  const Timer due = *order_.begin();
  order_.erase(order_.begin());
  armed_.erase({due.serial, due.kind});
  return due;
}

}  // namespace fairlead

#include "simulator/chaos/process.h"

#include <algorithm>
#include <utility>

namespace fairlead::chaos {

void Process::begin_life() {
  check(!is_alive(), "one life at a time");
  ++life_;
  stopped_until_ = {};
}

void Process::end_life() {
  check(is_alive(), "who is dead does not die");
  ++life_;
  wake_at_ = Instant::never();
}

void Process::stop_for(Duration time) {
  stopped_until_ = std::max(stopped_until_, stage_.now() + time);
}

void Process::after(Duration wait, std::function<void()> happening) {
  check(is_alive(), "only who lives plans");
  stage_.queue.after(wait, in_this_life(std::move(happening)));
}

std::function<void()> Process::in_this_life(std::function<void()> happening) {
  return [this, life = life_, happening = std::move(happening)] { run(life, happening); };
}

void Process::run(std::uint64_t life, const std::function<void()>& happening) {
  if (life != life_) return;
  if (!is_stopped()) return happening();
  stage_.queue.at(stopped_until_, [this, life, happening] { run(life, happening); });
}

void Process::wake_at(Instant local, std::function<void()> on_due) {
  if (local.is_never()) return;
  // A deadline that has passed comes a moment later: time must move on.
  Instant at = std::max(booted_ + Duration{local.ns}, stage_.now() + microseconds(1));
  if (at >= wake_at_) return;
  wake_at_ = at;
  after(at - stage_.now(), [this, at, on_due = std::move(on_due)] {
    if (wake_at_ != at) return;  // an earlier one came in between
    wake_at_ = Instant::never();
    on_due();
  });
}

}  // namespace fairlead::chaos

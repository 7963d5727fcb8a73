// A clock that stands still until a test moves it.
#pragma once

#include "runtime/clock.h"

namespace fairlead::testing {

class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  WallTime wall() const override { return {}; }
  void advance(Duration span) { now_ = now_ + span; }

 private:
  Instant now_ = {1'000'000'000};
};

}  // namespace fairlead::testing

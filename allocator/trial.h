// What would happen if: events applied to a copy of the allocator's state. The same functions
// decide as in earnest; the original is not touched. Internal to allocator/.
#pragma once

#include <vector>

#include "allocator/context.h"

namespace fairlead::allocation {

class Trial {
 public:
  /// A copy: O(agents + holdings + offers + refusals).
  explicit Trial(const State& original);

  /// REQUIRES at >= every earlier one and >= the original's last step.
  std::vector<Action> step(Instant at, const Event& event);
  const State& state() const { return state_; }

 private:
  State state_;
};

}  // namespace fairlead::allocation

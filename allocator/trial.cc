#include "allocator/trial.h"

#include "allocator/clone.h"
#include "allocator/take_step.h"

namespace fairlead::allocation {

Trial::Trial(const State& original) : state_(clone(original)) {}

std::vector<Action> Trial::step(Instant at, const Event& event) {
  std::vector<Action> actions;
  Context context{.state = state_, .now = at, .out = actions, .touched = {}, .grants = {}};
  take_step(context, event);
  return actions;
}

}  // namespace fairlead::allocation

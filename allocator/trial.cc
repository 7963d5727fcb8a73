#include "allocator/trial.h"

#include "allocator/take_step.h"

namespace fairlead::allocation {

Trial::Trial(const State& original) : state_(original) {
  for (Agent& agent : state_.agents) {
    if (agent.kind != nullptr) agent.kind = &state_.kinds[agent.kind_number];
  }
}

std::vector<Action> Trial::step(Instant at, const Event& event) {
  std::vector<Action> actions;
  Context context{.state = state_, .now = at, .out = actions, .touched = {}, .grants = {}};
  take_step(context, event);
  return actions;
}

}  // namespace fairlead::allocation

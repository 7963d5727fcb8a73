#include "allocator/clone.h"

namespace fairlead::allocation {

State clone(const State& state) {
  State copy = state;
  for (Agent& agent : copy.agents) {
    if (agent.present) agent.kind = &copy.kinds[agent.kind_number];
  }
  return copy;
}

}  // namespace fairlead::allocation

#include "allocator/clone.h"

namespace fairlead::allocation {

State clone(const State& state) {
  State copy = state;
  for (Agent& agent : copy.agents) {
    if (agent.present) agent.kind = &copy.kinds[agent.kind_number];
  }
  for (const auto& [path, role] : copy.quotas.roles) {
    for (HeldUnit& unit : copy.roles[role.index].quota->units) {
      unit.common = &copy.quotas.needs.at(unit.need);
    }
  }
  return copy;
}

}  // namespace fairlead::allocation

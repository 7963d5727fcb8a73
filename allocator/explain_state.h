// Reads an Explanation out of the state. Internal to allocator/.
#pragma once

#include "allocator/context.h"
#include "allocator/explain.h"

namespace fairlead::allocation {

/// Who asks about what.
struct Subject {
  FrameworkHandle framework;
  RoleName role;
  std::string shape;
};

/// As AllocatorCore::explain. O(agents + clients log clients), and a copy of the state for each
/// change that is tried. Filters and back-offs count as they stood after the last step.
Result<Explanation> explain(const State& state, const Subject& subject,
                            const ExplainOptions& options);

/// "role a may have at most cpus:4 and consumes cpus:4". REQUIRES a role with a quota.
std::string limit_text(const State& state, RoleIndex role);

}  // namespace fairlead::allocation

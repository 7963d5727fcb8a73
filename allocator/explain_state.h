// Reads the reasons of an Explanation out of the state. Internal to allocator/.
#pragma once

#include "allocator/context.h"
#include "allocator/explain.h"

namespace fairlead::allocation {

/// As AllocatorCore::explain. O(agents + clients log clients). Filters and back-offs count as they
/// stood after the last step.
Result<Explanation> explain(const State& state, FrameworkHandle framework, const RoleName& role,
                            const std::string& shape);

/// "role a may have at most cpus:4 and consumes cpus:4". REQUIRES a role with a quota.
std::string limit_text(const State& state, RoleIndex role);

}  // namespace fairlead::allocation

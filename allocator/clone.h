// A copy of all that the allocator remembers. Internal to allocator/.
#pragma once

#include "allocator/state.h"

namespace fairlead::allocation {

/// Shares nothing with `state` but what nobody changes: texts, and resources (SharedResources, so
/// the copy belongs to the same thread). O(state).
State clone(const State& state);

}  // namespace fairlead::allocation

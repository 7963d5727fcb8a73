// A copy of all that the allocator remembers. Internal to allocator/.
#pragma once

#include "allocator/state.h"

namespace fairlead::allocation {

/// Shares nothing with `state` but texts that nobody changes. O(state).
State clone(const State& state);

}  // namespace fairlead::allocation

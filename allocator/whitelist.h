// The operator's list of hosts that make offers. An agent whose host is not on it is closed as a
// paused one is, whatever else happens to it. Internal to allocator/.
#pragma once

#include <string_view>

#include "allocator/context.h"

namespace fairlead::allocation {

/// Offers of hosts that are taken off are rescinded; what runs there stays. O(agents log hosts).
Status on_whitelist_set(Context& context, const WhitelistSet& event);

/// True when the host is on the list, or there is none.
bool is_listed(const State& state, std::string_view hostname);

}  // namespace fairlead::allocation

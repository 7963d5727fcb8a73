// Removes what is left of a dev agent's cgroups when the agent itself could not. Only below names
// that start with "fairlead/". Functions without state; root is needed to succeed.
#pragma once

#include <cstddef>
#include <string>

namespace fairlead::cli {

/// Kills every process in `parent` ("fairlead/dev-1-ab12") of every hierarchy and removes the
/// cgroups, trying for a few seconds. Returns how many processes it killed. What stays because it
/// is busy stays.
std::size_t remove_cgroups(const std::string& parent);

}  // namespace fairlead::cli

// What this machine offers to isolators, found once at the agent's start.
#pragma once

#include <string_view>

#include "isolators/plan.h"

namespace fairlead::isolators {

/// Reads /proc/self/mounts and looks for optional files. kUnsupported: no cgroups at all.
Result<HostFacts> detect_host();

/// The same from the text of a mounts file, without looking at the machine (has_memsw stays false).
HostFacts host_from_mounts(std::string_view mounts);

}  // namespace fairlead::isolators

// An agent's registration cut into messages that fit an envelope. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "common/agent_messages.h"

namespace fairlead {

/// The registration as it is when it takes at most `part_bytes_max`; else its parts in order, each
/// with the agent and as many tasks as fit, at least one. O(tasks).
std::vector<AgentToMaster> in_parts(RegisterAgent registration, std::size_t part_bytes_max);

}  // namespace fairlead

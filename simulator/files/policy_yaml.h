// Reads a policy for `fairlead-sim replay-log --with` (docs/simulator.md) strictly: roles as a
// scenario has them, and settings of the allocator by name.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "simulator/replay_log/policy.h"

namespace fairlead::replay_log {

/// `name` stands for the file in messages.
Result<Policy> parse_policy(std::string_view text, std::string_view name);
Result<Policy> read_policy(const std::string& path);

}  // namespace fairlead::replay_log

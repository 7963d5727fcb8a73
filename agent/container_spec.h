// From a launch to the container that runs it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/config.h"
#include "common/agent_messages.h"
#include "common/container.h"

namespace fairlead {

/// `<framework>.<task>.<attempt>` in lower case; when that loses something or is longer than 64
/// characters, shortened and ended by a hash of the exact text. Unique per token.
ContainerId container_id(const LaunchToken& token);
/// `<framework>/<task>/<attempt>`, below the sandbox root.
std::string sandbox_path(const LaunchToken& token);
/// The inverse, without the agent: whose sandbox it is; nullopt when `path` is none.
std::optional<LaunchToken> token_of_sandbox(std::string_view path);
std::optional<ContainerId> container_of_sandbox(std::string_view path);
/// The environment is complete: PATH and HOME unless the task sets them, then FAIRLEAD_TASK_ID and
/// the other names listed in agent/README.md, which the task cannot change.
ContainerSpec container_spec(const AgentConfig& config, const AgentInfo& agent,
                             const LaunchTask& launch);

}  // namespace fairlead

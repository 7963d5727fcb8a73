// What operators may ask of a master, after HTTP has been parsed away. Reads are answered from
// the core's state directly; these change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/ids.h"

namespace fairlead {

struct SetWeight {
  RoleName role;
  std::int64_t weight_milli = 1000;
};

/// No more offers of it; its tasks run on. Reactivate takes it back.
struct DeactivateAgent {
  AgentId agent;
};

struct ReactivateAgent {
  AgentId agent;
};

/// Declares that the machine will never come back: its tasks are gone, its id is refused for ever.
struct MarkAgentGone {
  AgentId agent;
};

struct TeardownFramework {
  FrameworkId framework;
};

/// Kills a task over its framework's head.
struct OperatorKill {
  FrameworkId framework;
  TaskId task;
};

using OperatorRequest = std::variant<SetWeight, DeactivateAgent, ReactivateAgent, MarkAgentGone,
                                     TeardownFramework, OperatorKill>;

}  // namespace fairlead

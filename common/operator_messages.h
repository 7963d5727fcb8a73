// What operators may ask of a master, after HTTP has been parsed away. Reads are answered from
// the core's state directly; these change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/ids.h"
#include "common/quota.h"
#include "common/resource_operation.h"
#include "common/time.h"

namespace fairlead {

struct SetWeight {
  RoleName role;
  std::int64_t weight_milli = 1000;
};

/// No more offers of it; its tasks run on.
struct DeactivateAgent {
  AgentId agent;
};

/// Ends a deactivation and a drain. Kills that were ordered are not taken back.
struct ReactivateAgent {
  AgentId agent;
};

/// Empties it: no more offers of it, and its tasks are killed once the deadline has passed. Goes on
/// until it is reactivated. Asked again: the new deadline and grace count, from now on.
struct DrainAgent {
  AgentId agent;
  Duration deadline;              ///< tasks may end by themselves for so long; 0: killed at once
  std::optional<Duration> grace;  ///< SIGTERM to SIGKILL; nullopt: each task's own
  bool mark_gone = false;         ///< once nothing is left there, as MarkAgentGone
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

/// Wants agents empty for a time to come: each is drained from the start on, and taken back at the
/// end unless it was reactivated or drained by hand meanwhile.
struct ScheduleWindow {
  std::vector<AgentId> agents;
  WallTime start;
  Duration duration;
  Duration deadline;              ///< from the start on, within the duration; 0: killed at once
  std::optional<Duration> grace;  ///< as of DrainAgent
};

/// Also one that has begun: what it drains is taken back.
struct CancelWindow {
  WindowId window;
};

/// Quotas of one or several roles, all of them or none.
struct SetQuota {
  QuotaChange change;
};

/// Reserves for a role or takes that back, makes a persistent volume or destroys it: of what is
/// free on the agent or only offered. Who asks is the principal of what it reserves.
struct ConvertResources {
  AgentId agent;
  ResourceOperation operation;
};

using OperatorRequest = std::variant<SetWeight, DeactivateAgent, ReactivateAgent, MarkAgentGone,
                                     TeardownFramework, OperatorKill, DrainAgent, ScheduleWindow,
                                     CancelWindow, SetQuota, ConvertResources>;

}  // namespace fairlead

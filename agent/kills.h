// Kills: SIGTERM, a grace period, then everything inside the container.
#pragma once

#include <optional>

#include "agent/context.h"

namespace fairlead {

void on_kill(AgentContext& context, const KillTask& kill);
/// `grace` overrides the task's own; a later, shorter one shortens. A task that is not running yet
/// ends as soon as it can.
void request_kill(AgentContext& context, AgentTask& task, std::optional<Duration> grace,
                  TaskReason reason);
/// Orders SIGTERM and arms the end of the grace period. REQUIRES: the container runs.
void terminate(AgentContext& context, AgentTask& task);
/// The grace period is over.
void kill_for_good(AgentContext& context, AgentTask& task);
/// Every task of the framework is killed; its updates need no acknowledgement any more.
void on_framework_removed(AgentContext& context, const FrameworkId& framework);

}  // namespace fairlead

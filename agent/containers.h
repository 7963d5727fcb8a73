// From a launch to the end of its container.
#pragma once

#include <string>

#include "agent/context.h"

namespace fairlead {

/// It comes from the master that this agent obeys, in the session that both know.
bool is_obeyed(const AgentContext& context, const EnvelopeHeader& header);
/// `gang` not empty: it is only prepared (gangs.h).
void on_launch(AgentContext& context, const LaunchTask& launch, const EnvelopeHeader& header,
               const GangId& gang = {});
/// The record of a new task is durable: its container is ordered, unless a kill came first.
void launch_or_end(AgentContext& context, AgentTask& task);
/// Ends a task that never had a container; nothing of it stays.
void drop(AgentContext& context, AgentTask& task, TaskReason reason, const std::string& why);
void on_container_started(AgentContext& context, const ContainerStarted& started);
void on_container_exited(AgentContext& context, const ContainerExit& exit);
void on_sampled(AgentContext& context, const ContainerSampled& sampled);

}  // namespace fairlead

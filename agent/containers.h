// From a launch to the end of its container.
#pragma once

#include <string>

#include "agent/context.h"
#include "agent/status_streams.h"

namespace fairlead {

/// It comes from the master that this agent obeys, in the session that both know.
bool is_obeyed(const AgentContext& context, const EnvelopeHeader& header);
/// `gang` not empty: it is only prepared (gangs.h).
void on_launch(AgentContext& context, const LaunchTask& launch, const EnvelopeHeader& header,
               const GangId& gang = {});
/// The record of a new task is durable: its container is ordered, unless a kill came first.
void launch_or_end(AgentContext& context, AgentTask& task);
/// Ends a task whose container was not ordered: told when that is durable, until it is
/// acknowledged.
void end_unstarted(AgentContext& context, AgentTask& task, UpdateFacts facts);
/// Ends a task of which nothing is durable; nothing of it stays.
void drop(AgentContext& context, AgentTask& task, const std::string& why);
void on_container_started(AgentContext& context, const ContainerStarted& started);
void on_container_exited(AgentContext& context, const ContainerExit& exit);
void on_sampled(AgentContext& context, const ContainerSampled& sampled);

}  // namespace fairlead

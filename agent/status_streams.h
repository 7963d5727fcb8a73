// Every task's stream of status updates: numbered, in order, sent when durable and until they are
// acknowledged.
#pragma once

#include <optional>
#include <string>

#include "agent/context.h"

namespace fairlead {

struct UpdateFacts {
  TaskState state = TaskState::kRunning;
  TaskReason reason = TaskReason::kNone;
  std::string message;
  std::optional<ExitStatus> exit;
  std::optional<ResourceUsage> usage;
};

/// Appends the next numbered update to the record. The caller saves the record.
void add_update(AgentContext& context, AgentTask& task, UpdateFacts facts);
/// Sends the durable updates with a number above `after` and arms the retransmission.
void send_updates(AgentContext& context, AgentTask& task, std::uint64_t after);
/// Sends every durable update that is not acknowledged, and waits twice as long for the next time.
void repeat_updates(AgentContext& context, AgentTask& task);
/// After a welcome: everything that is not acknowledged, of every task.
void repeat_all_updates(AgentContext& context);
void on_acknowledged(AgentContext& context, const AcknowledgeStatus& acknowledged);
/// An unnumbered status about a token that has no stream here.
void send_bare_status(AgentContext& context, const LaunchToken& token, UpdateFacts facts);
/// Forgets a task whose story is told: record, indices and, later, its sandbox.
void forget(AgentContext& context, AgentTask& task);

}  // namespace fairlead

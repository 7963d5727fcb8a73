// What is written before what: every write of the core and what follows when it is durable.
#pragma once

#include "agent/context.h"

namespace fairlead {

/// Writes the task's record as it is now. What waits for it goes on in on_written.
void save(AgentContext& context, AgentTask& task);
/// Writes the identity with `epoch`.
void save_identity(AgentContext& context, Epoch epoch);
/// Erases the record; nothing waits for it.
void erase_record(AgentContext& context, const AgentTask& task);
void on_written(AgentContext& context, const CheckpointWritten& written);

}  // namespace fairlead

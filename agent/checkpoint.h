// What is written before what: every write of the core and what follows when it is durable.
#pragma once

#include <string>
#include <vector>

#include "agent/context.h"

namespace fairlead {

/// Key of the row of the task in `container`.
std::string task_row_key(const std::string& container);
/// Writes the task's record as it is now. What waits for it goes on in on_written.
void save(AgentContext& context, AgentTask& task);
/// Writes the identity with `epoch`.
void save_identity(AgentContext& context, Epoch epoch);
/// Erases the record; nothing waits for it.
void erase_record(AgentContext& context, const AgentTask& task);
/// Likewise, by key.
void erase_rows(AgentContext& context, std::vector<std::string> keys);
void on_written(AgentContext& context, const CheckpointWritten& written);

}  // namespace fairlead

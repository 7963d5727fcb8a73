// Task specifications, statuses and orders between values and Cap'n Proto structs. Private to
// schemas/: sees Cap'n Proto. Readers throw a Failure. Whether a specification makes sense
// (paths, NULs, users) is validate()'s question, so that a framework gets a status as its answer.
#pragma once

#include "common/agent_messages.h"
#include "common/task.h"
#include "schemas/resources_codec.h"
#include "schemas/task.capnp.h"

namespace fairlead::codec {

void write(const LaunchToken& value, wire::LaunchToken::Builder out);
void write(const TaskStatus& value, wire::TaskStatus::Builder out);
void write(const TaskSpec& value, wire::TaskSpec::Builder out);
void write(const LaunchTask& value, wire::LaunchTask::Builder out);
void write(const KillTask& value, wire::KillTask::Builder out);
void write(const AcknowledgeStatus& value, wire::AcknowledgeStatus::Builder out);

LaunchToken read(wire::LaunchToken::Reader in);
TaskStatus read(wire::TaskStatus::Reader in);
TaskSpec read(wire::TaskSpec::Reader in);
LaunchTask read(wire::LaunchTask::Reader in);
KillTask read(wire::KillTask::Reader in);
AcknowledgeStatus read(wire::AcknowledgeStatus::Reader in);

}  // namespace fairlead::codec

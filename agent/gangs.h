// Tasks of gangs, which run all together or not at all: first prepared, which is durable and starts
// nothing, then decided by the master. What is prepared never gives up by itself: who said so may
// be counted on. After every return of the link it asks again what was decided.
#pragma once

#include "agent/context.h"

namespace fairlead {

void on_prepare(AgentContext& context, const PrepareTask& prepare, const EnvelopeHeader& header);
/// Its record is durable.
void on_prepared(AgentContext& context, AgentTask& task);
/// The master may decide now: says TaskPrepared for everything that waits. O(tasks).
void say_all_prepared(AgentContext& context);
void on_gang_decided(AgentContext& context, const DecideGang& decided,
                     const EnvelopeHeader& header);
/// Says GangSettled unless some task of the gang waits for a decision, or for the record of it.
/// O(tasks of the framework).
void say_if_settled(AgentContext& context, const FrameworkId& framework, const GangId& gang);

}  // namespace fairlead

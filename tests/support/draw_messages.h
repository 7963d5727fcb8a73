// Draws messages and records: one variant of each kind, any alternative of it. A new alternative
// gets its case in the .cc of its topic, and round trips, mutation and fuzz tests cover it. Called
// inside rc::gen::exec only.
#pragma once

#include "common/agent_messages.h"
#include "common/allocator_log.h"
#include "common/framework_messages.h"
#include "common/records.h"

namespace fairlead::generators {

// draw_agent_messages.cc
LaunchTask draw_launch();
KillTask draw_kill();
AcknowledgeStatus draw_acknowledge();
AgentToMaster draw_agent_to_master();
MasterToAgent draw_master_to_agent();

// draw_framework_messages.cc
FrameworkInfo draw_framework_info();
DemandShape draw_shape();
Constraint draw_constraint();
Offer draw_offer();
FrameworkToMaster draw_framework_to_master();
MasterToFramework draw_master_to_framework();

// draw_records.cc
RegistryRecord draw_registry_record();
CheckpointRecord draw_checkpoint_record();
Quota draw_quota();

// draw_allocator_events.cc
allocation::Event draw_allocator_event();
AllocatorLogRecord draw_allocator_log_record();

}  // namespace fairlead::generators

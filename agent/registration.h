// The agent's standing with the master: registering, epochs, heartbeats.
#pragma once

#include "agent/context.h"

namespace fairlead {

/// Says RegisterAgent (or its parts) with everything there is, now and again until a welcome comes.
/// Nothing happens before recovery is durable.
void begin_registering(AgentContext& context);
/// Something was lost, maybe the leader: registers in its slot.
void on_link_broken(AgentContext& context);
/// As on_link_broken, from here on: what was said meanwhile went nowhere.
void on_link_restored(AgentContext& context);
void beat(AgentContext& context);
/// The identity with this epoch is durable.
void on_identity_durable(AgentContext& context, Epoch epoch);
/// Everything that a master says; lower epochs have no effect.
void on_master_said(AgentContext& context, const MasterSaid& said);

}  // namespace fairlead

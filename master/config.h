// What can be tuned about a master's core. One row per field: meaning, unit, default.
#pragma once

#include <cstddef>

#include "allocator/config.h"
#include "common/acl.h"
#include "common/limits.h"
#include "common/time.h"
#include "master/breaker.h"

namespace fairlead {

struct MasterConfig {
  /// How often agents and frameworks say that they live; told to them in the welcome.
  Duration heartbeat_every = seconds(5);
  /// An agent that said nothing for so long is unreachable.
  Duration agent_lease = seconds(30);
  /// A framework that said nothing for so long is disconnected: no offers.
  Duration framework_lease = seconds(20);
  /// After a takeover, known agents have so long to come back.
  Duration agent_reregister_timeout = seconds(120);
  /// At most so many agents are given up as unreachable within the window; others that are silent
  /// get no offers and wait for their turn. 0: no limit.
  std::size_t agent_removals_max = 100;
  Duration agent_removals_window = seconds(600);
  /// An offer that was neither accepted nor declined is taken back after this time.
  Duration offer_hold_max = seconds(30);
  /// A gang of which not every task is prepared after this time is given up.
  Duration gang_prepare_max = seconds(30);
  /// The longest absence that a framework may ask for; longer ones are cut to it.
  Duration failover_timeout_max = limits::kTaskDurationMax;
  /// After a removal, resources of tasks whose end nobody reports are freed at the latest now.
  Duration removal_grace = seconds(30);
  /// A refused write that must not be given up (an agent is unreachable) is repeated after this.
  Duration write_retry_every = seconds(1);

  std::size_t agents_max = 100'000;
  std::size_t frameworks_max = limits::kFrameworksMax;
  std::size_t frameworks_per_principal_max = limits::kFrameworksPerPrincipalMax;
  std::size_t tasks_per_framework_max = limits::kTasksPerFrameworkMax;
  std::size_t tasks_per_agent_max = limits::kTasksPerAgentMax;

  master::BreakerConfig breaker;
  Acl acl = permissive_acl();
  AllocatorConfig allocator;
};

}  // namespace fairlead

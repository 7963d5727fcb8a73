// Leases of agents and frameworks, and everything else that happens because time passed.
#include "master/handlers.h"

namespace fairlead::master {
namespace {

void on_agent_lease(Context& c, const Deadline& due) {
  AgentEntry& agent = c.state.agents[due.slot];
  if (agent.generation != due.generation) return;
  agent.lease_queued = false;
  if (!agent.is_there()) return;
  if (agent.lease_end > c.now) {
    agent.lease_queued = true;
    c.state.deadlines.add({agent.lease_end, due.kind, due.slot, due.generation});
    return;
  }
  on_agent_silent(c, due.slot);
}

void on_framework_lease(Context& c, const Deadline& due) {
  FrameworkEntry& framework = c.state.frameworks[due.slot];
  if (framework.generation != due.generation) return;
  framework.lease_queued = false;
  if (framework.phase != FrameworkPhase::kConnected) return;
  if (framework.lease_end > c.now) {
    framework.lease_queued = true;
    c.state.deadlines.add({framework.lease_end, due.kind, due.slot, due.generation});
    return;
  }
  disconnect_framework(c, due.slot, "its lease ended");
}

void on_failover_over(Context& c, const Deadline& due) {
  const FrameworkEntry& framework = c.state.frameworks[due.slot];
  bool is_due = framework.generation == due.generation &&
                framework.phase == FrameworkPhase::kDisconnected && framework.gone_at <= c.now;
  if (is_due) remove_framework(c, due.slot, "its failover timeout is over");
}

void on_agents_return_over(Context& c) {
  for (std::uint32_t slot = 0; slot < c.state.agents.size(); ++slot) {
    const AgentEntry& agent = c.state.agents[slot];
    if (agent.phase == AgentPhase::kAbsent && !agent.registering) on_agent_silent(c, slot);
  }
}

void on_breaker_ends(Context& c, const Deadline& due) {
  AgentEntry& agent = c.state.agents[due.slot];
  if (agent.generation != due.generation || !agent.trouble || !agent.trouble->breaker) return;
  Breaker& breaker = *agent.trouble->breaker;
  if (!breaker.is_open() || breaker.open_until() > c.now) return;
  breaker.on_pause_over();
  update_pause(c, due.slot);
}

void on_retry(Context& c, const Deadline& due) {
  const AgentEntry& agent = c.state.agents[due.slot];
  bool is_due = agent.generation == due.generation && agent.phase == AgentPhase::kExpiring &&
                !agent.registering;  // it is back; if that is refused, there is another retry
  if (!is_due) return;
  write_registry(c, {record_of(c, due.slot, AgentStanding::kUnreachable)}, {},
                 {ExpireAgent{due.slot}});
}

void fire(Context& c, const Deadline& due) {
  switch (due.kind) {
    case DeadlineKind::kAgentLease:
      return on_agent_lease(c, due);
    case DeadlineKind::kAgentsReturn:
      return on_agents_return_over(c);
    case DeadlineKind::kBreakerEnds:
      return on_breaker_ends(c, due);
    case DeadlineKind::kDrainDeadline:
      return on_drain_due(c, due);
    case DeadlineKind::kSilentAgents:
      return give_up_silent_agents(c);
    case DeadlineKind::kFrameworkLease:
      return on_framework_lease(c, due);
    case DeadlineKind::kFrameworkFailover:
      return on_failover_over(c, due);
    case DeadlineKind::kFrameworkRemoval:
      if (c.state.frameworks[due.slot].generation == due.generation) {
        finish_removal(c, due.slot, true);
      }
      return;
    case DeadlineKind::kRetryWrites:
      return on_retry(c, due);
    case DeadlineKind::kWindows:
      return on_windows_due(c, due);
    case DeadlineKind::kRegistrationParts:
      return on_registration_parts_due(c);
    case DeadlineKind::kGangs:
      return on_gangs_due(c);
    case DeadlineKind::kReclaim:
      return on_reclaims_due(c);
  }
}

}  // namespace

void renew_agent_lease(Context& c, std::uint32_t slot) {
  on_agent_heard(c, slot);
  AgentEntry& agent = c.state.agents[slot];
  agent.lease_end = c.now + c.config.agent_lease;
  if (agent.lease_queued) return;
  agent.lease_queued = true;
  c.state.deadlines.add({agent.lease_end, DeadlineKind::kAgentLease, slot, agent.generation});
}

void renew_framework_lease(Context& c, std::uint32_t slot) {
  FrameworkEntry& framework = c.state.frameworks[slot];
  framework.lease_end = c.now + c.config.framework_lease;
  if (framework.lease_queued) return;
  framework.lease_queued = true;
  c.state.deadlines.add(
      {framework.lease_end, DeadlineKind::kFrameworkLease, slot, framework.generation});
}

void run_deadlines(Context& c) {
  while (c.state.deadlines.next() <= c.now) {
    // A deadline never re-arms itself at or before now, so this ends.
    fire(c, c.state.deadlines.pop());
  }
}

}  // namespace fairlead::master

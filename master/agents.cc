// Agents after their registration: messages, presence, leaving.
#include <utility>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

void on_heartbeat(Context& c, std::uint32_t slot, const AgentHeartbeat& message) {
  AgentEntry& agent = c.state.agents[slot];
  send_to_agent(c, slot, HeartbeatEcho{});
  renew_welcome(c, slot);
  order_destructions(c, slot);
  if (message.accepts_launches && agent.accepts_launches) return;
  agent.accepts_launches = message.accepts_launches;
  agent.open_trouble().why_not = message.accepts_launches ? "" : shortened(message.why_not);
  update_pause(c, slot);
}

/// Every connected framework with tasks or offers there learns that the agent is lost.
void tell_frameworks(Context& c, std::uint32_t slot, const std::string& reason) {
  const AgentEntry& agent = c.state.agents[slot];
  for (std::uint32_t framework : frameworks_on(c.state, slot)) {
    send_to_framework(c, framework, AgentLost{agent.id(), agent.hostname(), reason});
  }
}

void end_tasks(Context& c, std::uint32_t slot, TaskState state, TaskReason reason,
               const std::string& message) {
  for (std::uint32_t task : c.state.tasks.slots_of(AgentHandle{slot})) {
    const TaskEntry& entry = c.state.tasks[task];
    if (entry.is_hearsay) {
      // Its registration may have been late, and its end told before. Who misses it asks.
      erase_task(c, task);
      continue;
    }
    if (is_terminal(entry.state)) {
      // It ended before, unacknowledged; the agent will not repeat it any more.
      if (is_terminal(state)) complete_task(c, task);
      continue;
    }
    if (entry.state == state) continue;
    decide_state(c, task, state, reason, message);
  }
}

std::string why_no_offers(const AgentEntry& agent) {
  const AgentTrouble* trouble = agent.trouble.get();
  if (agent.is_silent()) return "it is silent, and too many others are to give it up yet";
  if (trouble != nullptr && trouble->drain) {
    const WindowId& window = trouble->drain->record.window;
    return window.empty() ? "an operator drains it" : "maintenance window " + window.text;
  }
  if (agent.deactivated) return "deactivated by an operator";
  if (trouble != nullptr && trouble->is_converting) {
    return "what is reserved there is being changed";
  }
  if (trouble != nullptr && trouble->unseen_until != Instant{}) {
    return "tasks of a removed framework still end there";
  }
  if (trouble != nullptr && trouble->breaker && trouble->breaker->is_open()) {
    Duration pause = trouble->breaker->open_until() - trouble->breaker->opened_at();
    return "launches keep failing there; paused for " + std::to_string(pause.ms()) + " ms";
  }
  if (agent.accepts_launches) return {};
  return "the agent: " + (trouble != nullptr ? trouble->why_not : std::string());
}

struct OnAgentMessage {
  Context& c;
  std::uint32_t slot;
  void operator()(const RegisterAgent&) const {}      // handled before
  void operator()(const RegisterAgentPart&) const {}  // handled before
  void operator()(const EpochAcknowledged& m) const { on_epoch_acknowledged(c, slot, m); }
  void operator()(const AgentHeartbeat& m) const { on_heartbeat(c, slot, m); }
  void operator()(const AgentStatusUpdate& m) const { on_status_update(c, slot, m); }
  void operator()(const AgentGoodbye&) const { count_reject(c, reject::kAgentMessage); }
  void operator()(const TaskPrepared& m) const { on_task_prepared(c, slot, m); }
  void operator()(const GangSettled& m) const { on_gang_settled(c, slot, m); }
  void operator()(const VolumeDestroyed& m) const { on_volume_destroyed(c, slot, m); }
};

}  // namespace

void on_agent_said(Context& c, const AgentSaid& event) {
  if (const auto* message = std::get_if<RegisterAgent>(&event.message)) {
    on_register_agent(c, event.sender, event.agent, *message);
    return;
  }
  if (const auto* part = std::get_if<RegisterAgentPart>(&event.message)) {
    on_register_part(c, event.sender, event.agent, *part);
    return;
  }
  std::uint32_t slot = find_agent(c.state, event.agent);
  if (slot != kNoSlot) {
    const AgentEntry& agent = c.state.agents[slot];
    bool is_its_own = agent.connection == event.sender.connection &&
                      agent.session == event.sender.session &&
                      c.state.principals[agent.principal] == event.sender.principal;
    if (is_its_own && agent.is_there()) {
      renew_agent_lease(c, slot);
      std::visit(OnAgentMessage{c, slot}, event.message);
      return;
    }
    if (is_its_own && agent.registering) return;  // its welcome is on the way
    if (agent.phase == AgentPhase::kGone) {
      count_reject(c, reject::kAgentRefused);
      answer(c, event.sender, event.agent,
             AgentRefused{
                 {ErrorCode::kDenied, "agent '" + event.agent.text + "' was declared gone"}, true});
      return;
    }
  }
  count_reject(c, reject::kAgentNotRegistered);
  answer(c, event.sender, event.agent, AgentResync{"this session is not registered here"});
}

void on_agent_link_broken(Context& c, const AgentLinkBroken& event) {
  on_registration_lost(c, event.connection);
  std::uint32_t slot = find_agent(c.state, event.agent);
  if (slot == kNoSlot || !c.state.agents[slot].is_there() ||
      c.state.agents[slot].connection != event.connection) {
    return;
  }
  send_to_agent(c, slot, AgentResync{"messages were lost on the way"});
}

std::set<std::uint32_t> frameworks_on(const MasterState& state, std::uint32_t agent) {
  std::set<std::uint32_t> found;
  for (std::uint32_t task : state.tasks.slots_of(AgentHandle{agent})) {
    found.insert(state.tasks[task].framework.index);
  }
  return found;
}

AgentRecord record_of(const Context& c, std::uint32_t slot, AgentStanding standing) {
  const AgentEntry& agent = c.state.agents[slot];
  return {agent.id(), agent.hostname(),  c.state.principals[agent.principal],
          standing,   agent.deactivated, wall(c.state, c.now)};
}

void expire_agent(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (agent.phase == AgentPhase::kAbsent) --c.state.agents_absent;
  // Out of the allocator before the write: nobody shall be offered a machine that is silent.
  remove_from_allocator(c, slot);
  agent.phase = AgentPhase::kExpiring;
  write_registry(c, {record_of(c, slot, AgentStanding::kUnreachable)}, {}, {ExpireAgent{slot}});
}

void on_agent_expired(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (agent.phase != AgentPhase::kExpiring) return;
  agent.phase = AgentPhase::kUnreachable;
  agent.since = wall(c.state, c.now);
  publish(c, "agent_unreachable", agent.id().text, agent.hostname());
  tell_frameworks(c, slot, "unreachable");
  end_tasks(c, slot, TaskState::kUnreachable, TaskReason::kAgentUnreachable,
            "agent '" + agent.id().text + "' is cut off; the task may still run");
}

void tell_of_awaited(Context& c) {
  bool are_awaited = c.state.agents_absent > 0;
  if (c.state.are_agents_awaited == are_awaited) return;
  c.state.are_agents_awaited = are_awaited;
  tell_allocator(c, allocation::AgentsAwaited{are_awaited});
}

void on_agent_gone(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (agent.phase == AgentPhase::kGone) return;
  if (agent.phase == AgentPhase::kAbsent) --c.state.agents_absent;
  send_to_agent(c, slot,
                AgentRefused{{ErrorCode::kDenied, "an operator declared this agent gone"}, true});
  remove_from_allocator(c, slot);
  if (agent.drain() != nullptr) {
    // Its record says nothing more: that of the agent says gone.
    write_registry(c, {}, {drain_key_of(agent.id())}, {Housekeeping{}});
    agent.trouble->drain.reset();
  }
  forget_reservations(c, agent.id());
  if (agent.trouble) agent.trouble->is_silent = false;
  refresh_why(agent);
  agent.phase = AgentPhase::kGone;
  agent.since = wall(c.state, c.now);
  publish(c, "agent_gone", agent.id().text, "declared by an operator");
  tell_frameworks(c, slot, "gone");
  end_tasks(c, slot, TaskState::kGoneByOperator, TaskReason::kAgentGone,
            "an operator declared agent '" + agent.id().text + "' gone");
  leave_gangs(c, agent.id());
  forget_inverse_offers(c, agent.id());
}

void refresh_why(AgentEntry& agent) {
  if (!agent.trouble) return;
  agent.trouble->why = why_no_offers(agent);
  agent.close_trouble();
}

void update_pause(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  std::string why = why_no_offers(agent);
  if (why == agent.why()) return agent.close_trouble();
  agent.open_trouble().why = why;
  if (why.empty()) {
    agent.close_trouble();
    if (agent.in_allocator) tell_allocator(c, allocation::AgentResumed{AgentHandle{slot}});
    publish(c, "agent_resumed", agent.id().text, "");
    return;
  }
  if (agent.in_allocator) tell_allocator(c, allocation::AgentPaused{AgentHandle{slot}, why});
  publish(c, "agent_paused", agent.id().text, why);
}

void remove_from_allocator(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (!agent.in_allocator) return;
  agent.in_allocator = false;
  tell_allocator(c, allocation::AgentRemoved{AgentHandle{slot}});
}

void free_agent_slot(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  c.state.agents_by_id.erase(hash_text(agent.text.id()), slot);
  c.state.principals.release(agent.principal);
  if (agent.version != kNoSlot) c.state.versions.release(agent.version);
  if (agent.total != kNoSlot) c.state.shapes.release(agent.total);
  if (agent.attributes != kNoSlot) c.state.attributes.release(agent.attributes);
  std::uint32_t generation = agent.generation + 1;
  agent = AgentEntry{};
  agent.generation = generation;
  c.state.agents_free.push_back(slot);
}

}  // namespace fairlead::master

// Emptying an agent for an operator: no offers from the start, its tasks are killed at the
// deadline; drained, or gone, once the last of them has ended and its end is acknowledged.
#include <algorithm>
#include <set>
#include <utility>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

/// To every task that has not ended; repeated to an agent that comes back.
void kill_tasks(Context& c, std::uint32_t slot) {
  const Drain& drain = *c.state.agents[slot].drain();
  for (std::uint32_t one : c.state.tasks.slots_of(AgentHandle{slot})) {
    const TaskEntry& task = c.state.tasks[one];
    if (is_terminal(task.state)) continue;
    KillTask kill;
    kill.framework = c.state.frameworks[task.framework.index].info.id;
    kill.task = {std::string(task.text.id())};
    kill.attempt = task.attempt;
    kill.grace = drain.record.grace;
    kill.reason = TaskReason::kAgentDraining;
    send_to_agent(c, slot, std::move(kill));
  }
}

void tell(Context& c, std::uint32_t framework, std::uint32_t slot) {
  const AgentEntry& agent = c.state.agents[slot];
  Duration left = std::max(agent.drain()->deadline - c.now, Duration{});
  send_to_framework(c, framework, AgentDraining{agent.id(), agent.hostname(), left});
}

/// To every framework with tasks there.
void tell_concerned(Context& c, std::uint32_t slot) {
  for (std::uint32_t framework : frameworks_on(c.state, slot)) tell(c, framework, slot);
}

void write_finished(Context& c, const FinishDrain& write) {
  Drain& drain = *c.state.agents[write.agent].drain();
  drain.is_finishing = true;
  if (drain.record.mark_gone) {
    write_registry(c, {record_of(c, write.agent, AgentStanding::kGone)}, {}, {write});
    return;
  }
  DrainRecord done = drain.record;
  done.drained = write.at;
  write_registry(c, {std::move(done)}, {}, {write});
}

void settle(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  Drain* drain = agent.drain();
  bool is_over = drain != nullptr && agent.is_heard() && drain->record.drained.unix_ms == 0 &&
                 agent.trouble->unseen_until <= c.now &&
                 c.state.tasks.count_of(AgentHandle{slot}) == 0;
  if (!is_over || is_being_changed(c.state, agent.id())) return;
  write_finished(c, {slot, agent.generation, wall(c.state, c.now)});
}

}  // namespace

std::string drain_key_of(const AgentId& agent) {
  return "drain/" + agent.text;
}

void start_drain(Context& c, std::uint32_t slot, const DrainRecord& record) {
  AgentEntry& agent = c.state.agents[slot];
  // Wall time is all that two masters share. A clock that was set back must not make tasks wait
  // longer than the operator said.
  std::int64_t now_ms = wall(c.state, c.now).unix_ms;
  std::int64_t started_ms =
      std::clamp(record.started.unix_ms, now_ms - record.deadline.ms(), now_ms);
  Duration left = record.deadline - milliseconds(now_ms - started_ms);
  agent.open_trouble().drain = Drain{.record = record, .deadline = c.now + left};
  c.state.deadlines.add({c.now + left, DeadlineKind::kDrainDeadline, slot, agent.generation});
  update_pause(c, slot);
  tell_concerned(c, slot);
}

void end_drain(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (agent.trouble) agent.trouble->drain.reset();
  update_pause(c, slot);
}

void continue_drain(Context& c, std::uint32_t slot) {
  Drain* drain = c.state.agents[slot].drain();
  if (drain == nullptr) return;
  tell_concerned(c, slot);
  if (drain->is_killing) kill_tasks(c, slot);
  c.state.drains_to_settle.push_back(slot);
}

void await_unseen_ends(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  Instant until = c.now + c.config.removal_grace;
  agent.open_trouble().unseen_until = until;
  c.state.deadlines.add({until, DeadlineKind::kDrainDeadline, slot, agent.generation});
  update_pause(c, slot);
}

void tell_of_drains(Context& c, std::uint32_t framework) {
  std::set<std::uint32_t> drained;
  for (std::uint32_t task : c.state.tasks.slots_of(FrameworkHandle{framework})) {
    std::uint32_t agent = c.state.tasks[task].agent.index;
    if (c.state.agents[agent].drain() != nullptr) drained.insert(agent);
  }
  for (std::uint32_t agent : drained) tell(c, framework, agent);
}

void on_drain_due(Context& c, const Deadline& due) {
  AgentEntry& agent = c.state.agents[due.slot];
  if (agent.generation != due.generation || !agent.trouble) return;
  if (agent.trouble->unseen_until <= c.now) agent.trouble->unseen_until = {};
  update_pause(c, due.slot);
  Drain* drain = agent.drain();
  if (drain == nullptr) return;
  if (drain->deadline <= c.now && !std::exchange(drain->is_killing, true) && agent.is_there()) {
    kill_tasks(c, due.slot);
  }
  c.state.drains_to_settle.push_back(due.slot);
}

void on_drain_finished(Context& c, const FinishDrain& write, WriteOutcome outcome) {
  AgentEntry& agent = c.state.agents[write.agent];
  Drain* drain = agent.generation == write.generation ? agent.drain() : nullptr;
  if (drain == nullptr) return;
  drain->is_finishing = false;
  if (outcome != WriteOutcome::kPersisted) {
    c.state.deadlines.add({c.now + c.config.write_retry_every, DeadlineKind::kDrainDeadline,
                           write.agent, agent.generation});
    return;
  }
  if (drain->record.mark_gone) {
    if (is_overwritten(c.state, write.agent)) return write_finished(c, write);
    return on_agent_gone(c, write.agent);
  }
  drain->record.drained = write.at;
  publish(c, "agent_drained", agent.id().text, agent.hostname());
}

void settle_drains(Context& c) {
  for (std::uint32_t slot : std::exchange(c.state.drains_to_settle, {})) settle(c, slot);
}

}  // namespace fairlead::master

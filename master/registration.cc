// An agent's way in: RegisterAgent, its durable record, the welcome with everything it brings, the
// acknowledged epoch; only then offers.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

std::uint32_t new_agent_slot(Context& c) {
  MasterState& state = c.state;
  if (!state.agents_free.empty()) {
    std::uint32_t slot = state.agents_free.back();
    state.agents_free.pop_back();
    return slot;
  }
  state.agents.emplace_back();
  return static_cast<std::uint32_t>(state.agents.size() - 1);
}

/// True when a registration of this agent already waits for its write: the newest one replaces it.
bool replace_pending(Context& c, std::uint32_t slot, const Sender& sender,
                     const RegisterAgent& message) {
  for (auto& [ticket, write] : c.state.writes) {
    auto* admit = std::get_if<AdmitAgent>(&write.then);
    if (admit == nullptr || admit->agent != slot) continue;
    admit->sender = sender;
    admit->message = message;
    return true;
  }
  return false;
}

/// Makes `number` that of `value`; the new one is taken before the old one is left.
template <class Value>
void replace(Interner<Value>& values, std::uint32_t& number, const Value& value) {
  std::uint32_t old = std::exchange(number, values.acquire(value));
  if (old != kNoSlot) values.release(old);
}

void refresh_texts(AgentEntry& agent, const AgentInfo& info) {
  bool is_same =
      agent.text.hostname() == info.hostname && agent.text.http_address() == info.http_address;
  if (is_same) return;
  agent.text =
      AgentText({.id = info.id.text, .hostname = info.hostname, .http_address = info.http_address});
}

/// True for a registration that was long on its way, while a later session of the agent is here: it
/// lists what was true then. An agent that lost its identity while its clock was set back looks the
/// same: it repeats its registration until the lease of its later session has ended.
bool is_overtaken(const Context& c, std::uint32_t slot, const Sender& sender) {
  if (slot == kNoSlot) return false;
  const AgentEntry& agent = c.state.agents[slot];
  return (agent.registering || agent.is_there()) && sender.session < agent.session;
}

void refresh_info(Context& c, AgentEntry& agent, const AgentInfo& info) {
  replace(c.state.shapes, agent.total, total_of_registration(c, info));
  replace(c.state.attributes, agent.attributes, info.attributes);
  replace(c.state.versions, agent.version, info.version);
  refresh_texts(agent, info);
}

TaskText::Parts text_of(const TaskReport& report) {
  return {.id = report.token.task.text,
          .name = report.name,
          .container_path = report.status.container_path,
          .message = report.status.message};
}

/// Takes over one reported task. Returns its slot.
std::uint32_t adopt_task(Context& c, std::uint32_t agent, std::uint32_t framework,
                         const TaskReport& report) {
  MasterState& state = c.state;
  FrameworkHandle handle{framework};
  std::uint32_t slot = state.tasks.find(handle, report.token.task.text, report.token.attempt);
  if (slot != kNoSlot && state.tasks[slot].agent.index == agent) {
    TaskEntry& known = state.tasks[slot];
    bool was_unreachable = known.state == TaskState::kUnreachable;
    bool is_news = known.state != report.status.state && report.status.update >= known.update;
    if (!is_news || !is_legal_edge(known.state, report.status.state)) return slot;
    apply_status(c, slot, report.status);
    // The agent repeats what is not acknowledged; only a return has to be told from here.
    if (was_unreachable && !is_terminal(report.status.state)) {
      TaskStatus status = status_of(state, state.tasks[slot]);
      status.reason = TaskReason::kAgentReregistered;
      forward_status(c, framework, std::move(status));
    }
    return slot;
  }
  TaskEntry task;
  task.attempt = report.token.attempt;
  task.agent = {agent};
  task.framework = handle;
  task.shape = state.shapes.acquire(report.resources);
  task.role = state.roles.acquire(report.role);
  task.state = TaskState::kStaging;
  task.is_hearsay = true;
  task.priority = report.priority;
  slot = state.tasks.insert(task, text_of(report));
  if (report.status.state != TaskState::kStaging) apply_status(c, slot, report.status);
  return slot;
}

/// The agent is here, and what it lists is what there is: what the master knew and the agent does
/// not list does not exist any more.
void confirm_tasks(Context& c, std::uint32_t agent) {
  for (std::uint32_t slot : c.state.tasks.slots_of(AgentHandle{agent})) {
    TaskEntry& task = c.state.tasks[slot];
    bool was_hearsay = task.is_hearsay;
    task.is_hearsay = false;
    if (!task.missing) continue;
    if (was_hearsay) {
      erase_task(c, slot);  // from a registration before: its end may have been told long ago
    } else if (is_terminal(task.state)) {
      complete_task(c, slot);
    } else if (task.state == TaskState::kStaging) {
      decide_state(c, slot, TaskState::kDropped, TaskReason::kStaleLaunch,
                   "the launch did not reach the agent");
    } else {
      decide_state(c, slot, TaskState::kGone, TaskReason::kAgentRestarted,
                   "the agent came back without it");
    }
  }
}

void adopt_tasks(Context& c, std::uint32_t agent, const RegisterAgent& message) {
  std::set<std::uint32_t> listed;
  std::set<FrameworkId> unknown;
  for (const TaskReport& report : message.tasks) {
    std::uint32_t framework = find_framework(c.state, report.token.framework);
    if (framework == kNoSlot) {
      unknown.insert(report.token.framework);
      if (!is_terminal(report.status.state)) await_unseen_ends(c, agent);
      continue;
    }
    if (c.state.frameworks[framework].phase == FrameworkPhase::kRemoving) {
      unknown.insert(report.token.framework);
    }
    listed.insert(adopt_task(c, agent, framework, report));
  }
  // Missing is not gone yet: a registration of an earlier session, late on its way, comes with the
  // list of then. Its sender is dead and will not acknowledge the epoch.
  for (std::uint32_t slot : c.state.tasks.slots_of(AgentHandle{agent})) {
    c.state.tasks[slot].missing = !listed.contains(slot);
  }
  for (const FrameworkId& framework : unknown) send_to_agent(c, agent, FrameworkRemoved{framework});
  repeat_kills(c, agent);
}

void add_to_allocator(Context& c, std::uint32_t slot) {
  const MasterState& state = c.state;
  AgentEntry& agent = c.state.agents[slot];
  std::map<std::tuple<std::uint32_t, RoleName, std::int32_t>, Resources> held;
  for (std::uint32_t task : state.tasks.slots_of(AgentHandle{slot})) {
    const TaskEntry& entry = state.tasks[task];
    if (!entry.holds) continue;
    add(held[{entry.framework.index, state.roles[entry.role], entry.priority}],
        state.shapes[entry.shape]);
  }
  allocation::AgentAdded added;
  added.agent = {slot};
  added.text = agent.text;
  added.total = state.shapes[agent.total];
  added.attributes = state.attributes[agent.attributes];
  for (auto& [owner, resources] : held) {
    const auto& [framework, role, priority] = owner;
    added.holdings.push_back({FrameworkHandle{framework}, role, resources, priority});
  }
  added.offers_paused = !agent.why().empty();
  agent.in_allocator = true;
  tell_allocator(c, added);
  if (added.offers_paused) {
    tell_allocator(c, allocation::AgentPaused{AgentHandle{slot}, std::string(agent.why())});
  }
}

}  // namespace

void on_register_agent(Context& c, const Sender& sender, const AgentId& claimed,
                       const RegisterAgent& message) {
  if (std::optional<AgentRefused> refused = check_agent(c, sender, claimed, message)) {
    count_reject(c, reject::kAgentRefused);
    publish(c, "agent_refused", shortened(claimed.text), refused->error.message);
    answer(c, sender, claimed, std::move(*refused));
    return;
  }
  std::uint32_t slot = find_agent(c.state, claimed);
  if (is_overtaken(c, slot, sender)) {
    count_reject(c, reject::kAgentSession);
    return;
  }
  bool is_new = slot == kNoSlot;
  if (is_new) {
    slot = new_agent_slot(c);
    AgentEntry& agent = c.state.agents[slot];
    refresh_texts(agent, message.agent);
    agent.principal = c.state.principals.acquire(sender.principal);
    agent.phase = AgentPhase::kAdmitting;
    c.state.agents_by_id.insert(hash_text(claimed.text), slot);
  }
  AgentEntry& agent = c.state.agents[slot];
  bool is_recorded = agent.phase == AgentPhase::kAbsent || agent.is_there();
  if (agent.registering && replace_pending(c, slot, sender, message)) {
    agent.connection = sender.connection;
    agent.session = sender.session;
    return;
  }
  if (is_recorded && agent.text.hostname() == message.agent.hostname) {
    welcome_agent(c, slot, sender, message);
    return;
  }
  if (agent.in_allocator) remove_from_allocator(c, slot);
  if (is_recorded && agent.phase != AgentPhase::kAbsent) {
    agent.phase = AgentPhase::kAbsent;  // nothing is sent to it until its welcome
    ++c.state.agents_absent;
  }
  agent.registering = true;
  agent.connection = sender.connection;
  agent.session = sender.session;
  AgentRecord record = record_of(c, slot, AgentStanding::kAdmitted);
  record.hostname = message.agent.hostname;
  write_registry(c, {record}, {}, {AdmitAgent{sender, slot, agent.generation, message}});
}

void welcome_agent(Context& c, std::uint32_t slot, const Sender& sender,
                   const RegisterAgent& message) {
  AgentEntry& agent = c.state.agents[slot];
  remove_from_allocator(c, slot);
  if (agent.phase == AgentPhase::kAbsent) --c.state.agents_absent;
  if (!agent.is_there()) agent.since = wall(c.state, c.now);
  agent.phase = AgentPhase::kWelcomed;
  agent.connection = sender.connection;
  agent.session = sender.session;
  agent.registered_at = wall(c.state, c.now);
  agent.accepts_launches = true;
  if (agent.trouble) agent.trouble->why_not.clear();
  refresh_info(c, agent, message.agent);
  update_pause(c, slot);
  renew_agent_lease(c, slot);
  say_welcome(c, slot);
  publish(c, "agent_registered", agent.id().text, agent.hostname());
  adopt_tasks(c, slot, message);
  continue_drain(c, slot);
}

void on_epoch_acknowledged(Context& c, std::uint32_t slot, const EpochAcknowledged& message) {
  AgentEntry& agent = c.state.agents[slot];
  if (message.epoch != c.state.epoch) {
    count_reject(c, reject::kAgentMessage);
    return;
  }
  if (agent.phase != AgentPhase::kWelcomed) return;
  agent.phase = AgentPhase::kActive;
  confirm_tasks(c, slot);
  ask_about_agent(c, slot);
  add_to_allocator(c, slot);
  repeat_decisions(c, slot);
  order_destructions(c, slot);
  publish(c, "agent_added", agent.id().text, agent.hostname());
}

}  // namespace fairlead::master

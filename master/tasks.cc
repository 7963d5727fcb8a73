// The states of tasks: updates from agents, decisions of the master, acknowledgements, history.
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

bool is_id(const std::string& text) {
  return check_id_text(text, "id").ok();
}

void acknowledge_here(Context& c, std::uint32_t agent, const TaskStatus& status) {
  if (status.update == 0) return;
  send_to_agent(c, agent,
                AcknowledgeStatus{status.framework, status.task, status.attempt, status.agent,
                                  status.update});
}

void feed_breaker(Context& c, std::uint32_t slot, const TaskStatus& status) {
  AgentEntry& agent = c.state.agents[slot];
  if (status.state == TaskState::kRunning) {
    if (!agent.trouble || !agent.trouble->breaker || agent.trouble->breaker->is_open()) return;
    agent.trouble->breaker.reset();
    agent.close_trouble();
    return;
  }
  bool is_failed_launch =
      status.state == TaskState::kFailed && status.reason == TaskReason::kLaunchFailed;
  if (!is_failed_launch) return;
  std::optional<Breaker>& breaker = agent.open_trouble().breaker;
  if (!breaker) breaker.emplace();
  if (!breaker->on_launch_failed(c.now, c.config.breaker)) return;
  c.state.deadlines.add(
      {breaker->open_until(), DeadlineKind::kBreakerEnds, slot, agent.generation});
  update_pause(c, slot);
}

/// An update of a task that the table does not have.
void on_unknown_task(Context& c, std::uint32_t agent, std::uint32_t framework,
                     const TaskStatus& status) {
  if (is_terminal(status.state)) {
    // Repeated because the acknowledgement was lost, or a launch that was decided meanwhile.
    forward_status(c, framework, status);
    return;
  }
  count_reject(c, reject::kTaskUnknown);
  send_to_agent(c, agent, AgentResync{"task '" + status.task.text + "' is not known here"});
}

void on_removed_framework(Context& c, std::uint32_t agent, std::uint32_t framework,
                          const TaskStatus& status) {
  std::uint32_t slot =
      c.state.tasks.find(FrameworkHandle{framework}, status.task.text, status.attempt);
  acknowledge_here(c, agent, status);
  if (slot == kNoSlot || c.state.tasks[slot].agent.index != agent) return;
  if (!is_terminal(status.state)) return;
  erase_task(c, slot);
  finish_removal(c, framework, false);
}

/// Repeated, since its acknowledgement is still missing. It is an event once: for a master that
/// took the task over from a registration it may be the first time.
void forward_again(Context& c, std::uint32_t slot, const TaskStatus& status) {
  TaskEntry& task = c.state.tasks[slot];
  if (!task.is_told) {
    task.is_told = true;
    forward_status(c, task.framework.index, status);
  } else {
    send_to_framework(c, task.framework.index, FrameworkStatusUpdate{status});
  }
}

}  // namespace

void on_status_update(Context& c, std::uint32_t agent, const AgentStatusUpdate& message) {
  const TaskStatus& status = message.status;
  bool is_readable = status.agent.text == c.state.agents[agent].text.id() &&
                     is_id(status.task.text) && is_id(status.framework.text) &&
                     check_status_texts(status).ok();
  if (!is_readable) {
    count_reject(c, reject::kAgentMessage);
    return;
  }
  std::uint32_t framework = find_framework(c.state, status.framework);
  if (framework == kNoSlot) {
    send_to_agent(c, agent, FrameworkRemoved{status.framework});
    return;
  }
  if (c.state.frameworks[framework].phase == FrameworkPhase::kRemoving) {
    on_removed_framework(c, agent, framework, status);
    return;
  }
  std::uint32_t slot =
      c.state.tasks.find(FrameworkHandle{framework}, status.task.text, status.attempt);
  if (slot == kNoSlot || c.state.tasks[slot].agent.index != agent) {
    on_unknown_task(c, agent, framework, status);
    return;
  }
  TaskEntry& task = c.state.tasks[slot];
  task.is_hearsay = false;
  if (status.update != 0 && status.update <= task.update) {
    forward_again(c, slot, status);
    return;
  }
  bool is_agents_to_say =
      status.state != TaskState::kUnreachable && status.state != TaskState::kGoneByOperator;
  if (!is_agents_to_say || !is_legal_edge(task.state, status.state)) {
    count_reject(c, reject::kStatusEdge);
    acknowledge_here(c, agent, status);  // or it would be repeated for ever
    return;
  }
  apply_status(c, slot, status);
  feed_breaker(c, agent, status);
  c.state.tasks[slot].is_told = true;
  forward_status(c, framework, status);
  bool needs_no_acknowledgement = status.update == 0 && is_terminal(status.state);
  if (needs_no_acknowledgement) complete_task(c, slot);
}

void on_acknowledge(Context& c, std::uint32_t framework, const AcknowledgeStatus& message) {
  if (message.update == 0) return;
  std::uint32_t agent = find_agent(c.state, message.agent);
  if (agent == kNoSlot || !is_id(message.task.text)) {
    count_reject(c, reject::kTaskUnknown);
    return;
  }
  AcknowledgeStatus forwarded = message;
  forwarded.framework = c.state.frameworks[framework].info.id;
  send_to_agent(c, agent, std::move(forwarded));
  std::uint32_t slot =
      c.state.tasks.find(FrameworkHandle{framework}, message.task.text, message.attempt);
  if (slot == kNoSlot) return;
  const TaskEntry& task = c.state.tasks[slot];
  bool is_done =
      task.agent.index == agent && is_terminal(task.state) && message.update >= task.update;
  if (is_done) complete_task(c, slot);
}

void forward_status(Context& c, std::uint32_t framework, TaskStatus status) {
  send_to_framework(c, framework, FrameworkStatusUpdate{status});
  std::string subject = status.framework.text + "/" + status.task.text;
  c.out.push_back(PublishEvent{"task_updated", std::move(subject), {}, std::move(status)});
}

void apply_status(Context& c, std::uint32_t slot, const TaskStatus& status) {
  TaskEntry& task = c.state.tasks[slot];
  task.state = status.state;
  task.is_told = false;
  task.reason = status.reason;
  task.since = wall(c.state, c.now);
  if (status.update != 0) task.update = status.update;
  task.exit_kind = ExitKind::kNone;
  if (status.exit && status.exit->code) {
    task.exit_kind = ExitKind::kCode;
    task.exit_value = *status.exit->code;
  } else if (status.exit && status.exit->signal) {
    task.exit_kind = ExitKind::kSignal;
    task.exit_value = *status.exit->signal;
  }
  std::string_view path =
      status.container_path.empty() ? task.text.container_path() : status.container_path;
  if (path != task.text.container_path() || status.message != task.text.message()) {
    c.state.tasks.set_text(slot, {.id = task.text.id(),
                                  .name = task.text.name(),
                                  .container_path = path,
                                  .message = status.message});
  }
  bool is_over = is_terminal(status.state) || status.state == TaskState::kUnreachable;
  if (is_over) on_task_of_gang_over(c, slot);
  // Free at the moment it is known, not when somebody acknowledges it.
  if (is_terminal(status.state)) free_holding(c, slot);
}

void decide_state(Context& c, std::uint32_t slot, TaskState state, TaskReason reason,
                  const std::string& message) {
  std::uint32_t framework = c.state.tasks[slot].framework.index;
  TaskStatus status = status_of(c.state, c.state.tasks[slot]);
  status.state = state;
  status.reason = reason;
  status.message = message;
  status.at = wall(c.state, c.now);
  apply_status(c, slot, status);
  if (c.state.frameworks[framework].phase == FrameworkPhase::kRemoving) {
    if (!is_terminal(state)) return;
    erase_task(c, slot);
    finish_removal(c, framework, false);
    return;
  }
  forward_status(c, framework, std::move(status));
  if (is_terminal(state)) complete_task(c, slot);
}

void free_holding(Context& c, std::uint32_t slot) {
  TaskEntry& task = c.state.tasks[slot];
  if (!task.holds) return;
  task.holds = false;
  if (!c.state.agents[task.agent.index].in_allocator) return;
  tell_allocator(c, allocation::HoldingFreed{task.agent,
                                             {task.framework, c.state.roles[task.role],
                                              c.state.shapes[task.shape], task.priority}});
}

void complete_task(Context& c, std::uint32_t slot) {
  const TaskEntry& task = c.state.tasks[slot];
  FrameworkEntry& framework = c.state.frameworks[task.framework.index];
  CompletedTask done;
  done.status = status_of(c.state, task);
  done.status.update = task.update;
  done.name = std::string(task.text.name());
  done.role = c.state.roles[task.role];
  done.shape = c.state.shapes.acquire(c.state.shapes[task.shape]);
  framework.completed.push_back(std::move(done));
  if (framework.completed.size() > limits::kCompletedTasksMax) {
    c.state.shapes.release(framework.completed.front().shape);
    framework.completed.pop_front();
  }
  erase_task(c, slot);
}

void erase_task(Context& c, std::uint32_t slot) {
  on_task_of_gang_over(c, slot);
  free_holding(c, slot);
  c.state.shapes.release(c.state.tasks[slot].shape);
  c.state.roles.release(c.state.tasks[slot].role);
  AgentHandle agent = c.state.tasks[slot].agent;
  c.state.tasks.erase(slot);
  bool may_be_drained =
      c.state.agents[agent.index].drain() != nullptr && c.state.tasks.count_of(agent) == 0;
  if (may_be_drained) c.state.drains_to_settle.push_back(agent.index);
}

}  // namespace fairlead::master

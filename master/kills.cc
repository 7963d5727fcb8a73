// Kills, from frameworks and operators: idempotent, repeated to an agent that comes back.
#include <algorithm>
#include <utility>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

void answer_state(Context& c, std::uint32_t framework, const TaskEntry& task) {
  TaskStatus status = status_of(c.state, task);
  status.reason = TaskReason::kReconciliation;
  forward_status(c, framework, std::move(status));
}

}  // namespace

void repeat_kills(Context& c, std::uint32_t agent) {
  for (std::uint32_t slot : c.state.tasks.slots_of(AgentHandle{agent})) {
    const TaskEntry& task = c.state.tasks[slot];
    if (!task.kill_requested || is_terminal(task.state)) continue;
    const KillOrder& order = c.state.tasks.kill_of(slot);
    KillTask kill;
    kill.framework = c.state.frameworks[task.framework.index].info.id;
    kill.task = {std::string(task.text.id())};
    kill.attempt = task.attempt;
    kill.grace = order.grace;
    kill.reason = order.reason;
    send_to_agent(c, agent, std::move(kill));
  }
}

bool kill_attempts(Context& c, std::uint32_t framework, const KillTask& message) {
  bool found = false;
  for (std::uint32_t slot : c.state.tasks.attempts(FrameworkHandle{framework}, message.task.text)) {
    TaskEntry& task = c.state.tasks[slot];
    if (message.attempt != 0 && message.attempt != task.attempt) continue;
    found = true;
    const AgentEntry& agent = c.state.agents[task.agent.index];
    if (is_terminal(task.state)) {
      answer_state(c, framework, task);
      continue;
    }
    c.state.tasks.order_kill(slot, {message.reason, message.grace});
    if (!agent.is_there()) {
      // Ordered again when the agent returns with it.
      answer_state(c, framework, task);
      continue;
    }
    KillTask order = message;
    order.framework = c.state.frameworks[framework].info.id;
    order.attempt = task.attempt;
    send_to_agent(c, task.agent.index, std::move(order));
  }
  return found;
}

void on_kill(Context& c, std::uint32_t framework, const KillTask& message) {
  Status named = check_id_text(message.task.text, "kill: task id");
  bool is_grace_wrong =
      message.grace && (*message.grace < Duration{} || *message.grace > limits::kTaskDurationMax);
  if (named && is_grace_wrong)
    named = Error{ErrorCode::kInvalid, "kill: grace: expected 0..365 days"};
  if (!named) {
    count_reject(c, reject::kFrameworkMessage);
    send_to_framework(c, framework, FrameworkRefused{named.error(), false});
    return;
  }
  KillTask order = message;
  // What it gives back for a reclaim is to be told from what it wanted to end.
  if (order.reason != TaskReason::kPreempted) order.reason = TaskReason::kKilledByFramework;
  if (kill_attempts(c, framework, order)) return;
  count_reject(c, reject::kTaskUnknown);
  if (c.state.agents_absent > 0) {
    send_to_framework(
        c, framework,
        FrameworkRefused{{ErrorCode::kUnavailable,
                          "kill: task '" + message.task.text +
                              "' is not known yet: " + std::to_string(c.state.agents_absent) +
                              " agents have not returned after the takeover; hint: try again"},
                         false});
    return;
  }
  TaskStatus status;
  status.framework = c.state.frameworks[framework].info.id;
  status.task = message.task;
  status.attempt = message.attempt;
  status.state = TaskState::kUnknown;
  status.reason = TaskReason::kReconciliation;
  status.message = "kill: the task is not known";
  status.source = StatusSource::kMaster;
  status.at = wall(c.state, c.now);
  forward_status(c, framework, std::move(status));
}

}  // namespace fairlead::master

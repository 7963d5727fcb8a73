// Reconciliation: what the master knows now. Silent about tasks that only an agent can know which
// has not returned after a takeover.
#include <map>
#include <string_view>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

using History = std::multimap<std::string_view, const CompletedTask*>;

void answer(Context& c, std::uint32_t framework, TaskStatus status) {
  status.reason = TaskReason::kReconciliation;
  status.source = StatusSource::kMaster;
  status.update = 0;
  send_to_framework(c, framework, FrameworkStatusUpdate{std::move(status)});
}

/// kStaging stands for: not known yet, no answer.
TaskState state_of_unlisted(const Context& c, const ReconcileEntry& entry) {
  if (entry.agent.empty()) {
    return c.state.agents_absent > 0 ? TaskState::kStaging : TaskState::kUnknown;
  }
  std::uint32_t slot = find_agent(c.state, entry.agent);
  if (slot == kNoSlot) return TaskState::kUnknown;
  switch (c.state.agents[slot].phase) {
    case AgentPhase::kActive:
      return TaskState::kGone;  // its registration was complete and did not list it
    case AgentPhase::kUnreachable:
      return TaskState::kUnreachable;
    case AgentPhase::kGone:
      return TaskState::kGoneByOperator;
    // A registration that nobody has followed up may have been long on its way, from before the
    // launch; only the acknowledged epoch shows that the agent is here.
    case AgentPhase::kWelcomed:
    case AgentPhase::kFree:
    case AgentPhase::kAdmitting:
    case AgentPhase::kAbsent:
    case AgentPhase::kExpiring:
      return TaskState::kStaging;
  }
  unreachable("every AgentPhase answers");
}

void answer_one(Context& c, std::uint32_t framework, const History& history,
                const ReconcileEntry& entry) {
  bool is_known = false;
  for (std::uint32_t slot : c.state.tasks.attempts(FrameworkHandle{framework}, entry.task.text)) {
    if (entry.attempt != 0 && entry.attempt != c.state.tasks[slot].attempt) continue;
    answer(c, framework, status_of(c.state, c.state.tasks[slot]));
    is_known = true;
  }
  if (is_known) return;
  const CompletedTask* latest = nullptr;
  auto [begin, end] = history.equal_range(entry.task.text);
  for (auto one = begin; one != end; ++one) {
    bool matches = entry.attempt == 0 || entry.attempt == one->second->status.attempt;
    if (matches) latest = one->second;
  }
  if (latest != nullptr) return answer(c, framework, latest->status);
  TaskStatus status;
  status.state = state_of_unlisted(c, entry);
  if (status.state == TaskState::kStaging) return;
  status.framework = c.state.frameworks[framework].info.id;
  status.task = entry.task;
  status.attempt = entry.attempt;
  status.agent = entry.agent;
  status.at = wall(c.state, c.now);
  answer(c, framework, std::move(status));
}

}  // namespace

void on_reconcile(Context& c, std::uint32_t framework, const Reconcile& message) {
  if (message.tasks.size() > limits::kReconcileTasksMax) {
    count_reject(c, reject::kFrameworkMessage);
    send_to_framework(
        c, framework,
        FrameworkRefused{{ErrorCode::kInvalid, "reconcile: expected at most 10000 tasks, got " +
                                                   std::to_string(message.tasks.size())},
                         false});
    return;
  }
  if (message.tasks.empty()) {
    for (std::uint32_t slot : c.state.tasks.slots_of(FrameworkHandle{framework})) {
      if (c.state.tasks[slot].is_hearsay) continue;  // asked for by name if it is missed
      answer(c, framework, status_of(c.state, c.state.tasks[slot]));
    }
  }
  History history;
  if (!message.tasks.empty()) {
    for (const CompletedTask& one : c.state.frameworks[framework].completed) {
      history.emplace(one.status.task.text, &one);
    }
  }
  for (const ReconcileEntry& entry : message.tasks) {
    if (!check_id_text(entry.task.text, "task id").ok()) {
      count_reject(c, reject::kFrameworkMessage);
      continue;
    }
    answer_one(c, framework, history, entry);
  }
  send_to_framework(c, framework, ReconcileDone{});
}

}  // namespace fairlead::master

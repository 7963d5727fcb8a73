#include "agent/status_streams.h"

#include <algorithm>
#include <utility>

#include "agent/checkpoint.h"
#include "agent/container_spec.h"
#include "agent/garbage.h"
#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kFinishedTokensMax =
    10'000;  // late duplicates of a launch come within seconds

TaskStatus make_status(const AgentContext& context, const LaunchToken& token, UpdateFacts facts) {
  return {.framework = token.framework,
          .task = token.task,
          .attempt = token.attempt,
          .agent = context.state.info.id,
          .state = facts.state,
          .reason = facts.reason,
          .message = std::move(facts.message),
          .source = StatusSource::kAgent,
          .at = context.wall(),
          .exit = facts.exit,
          .usage = facts.usage,
          .container_path = sandbox_path(token)};
}

void arm_retry(AgentContext& context, AgentTask& task) {
  context.state.timers.arm(TimerKind::kStatusRetry, serial_of(context.state, task),
                           context.now + task.retry_after);
}

}  // namespace

void add_update(AgentContext& context, AgentTask& task, UpdateFacts facts) {
  TaskRecord& record = task.record;
  TaskStatus status = make_status(context, record.launch.token, std::move(facts));
  status.update = record.update_next++;
  record.latest = status;
  record.unacknowledged.push_back(std::move(status));
  // Only the newest news matter; the terminal one is always the newest.
  if (record.unacknowledged.size() > limits::kUnackedUpdatesPerTaskMax) {
    record.unacknowledged.erase(record.unacknowledged.begin());
  }
}

void send_updates(AgentContext& context, AgentTask& task, std::uint64_t after) {
  if (!context.state.link.is_registered || task.is_abandoned) return;
  bool has_sent = false;
  // The terminal one says all that those before it said. Told again after it, they would be taken
  // for news by a framework that has forgotten the task.
  const auto& open = task.record.unacknowledged;
  bool is_end_durable =
      !open.empty() && is_terminal(open.back().state) && open.back().update <= task.updates_durable;
  for (const TaskStatus& status : open) {
    if (status.update <= after || status.update > task.updates_durable) continue;
    if (is_end_durable && !is_terminal(status.state)) continue;
    context.send(AgentStatusUpdate{status});
    has_sent = true;
  }
  if (!has_sent) return;
  task.retry_after = context.config.status_retry_min;
  arm_retry(context, task);
}

void repeat_updates(AgentContext& context, AgentTask& task) {
  Duration waited = task.retry_after;
  send_updates(context, task, 0);
  if (!context.state.timers.is_armed(TimerKind::kStatusRetry, serial_of(context.state, task)))
    return;
  task.retry_after = std::min(waited * 2, context.config.status_retry_max);
  arm_retry(context, task);
}

void repeat_all_updates(AgentContext& context) {
  for (auto& [serial, task] : context.state.tasks) send_updates(context, task, 0);
}

void on_acknowledged(AgentContext& context, const AcknowledgeStatus& acknowledged) {
  LaunchToken token{acknowledged.framework, acknowledged.task, acknowledged.attempt,
                    context.state.info.id};
  AgentTask* task = find_task(context.state, token);
  if (task == nullptr || acknowledged.update > task->updates_durable) {
    return context.reject("acknowledgement_unknown");
  }
  bool is_told = false;
  auto& open = task->record.unacknowledged;
  while (!open.empty() && open.front().update <= acknowledged.update) {
    is_told = is_terminal(open.front().state);
    open.erase(open.begin());
  }
  if (is_told) return forget(context, *task);
  bool waits = !open.empty() && open.front().update <= task->updates_durable;
  if (!waits) context.state.timers.disarm(TimerKind::kStatusRetry, serial_of(context.state, *task));
}

void send_bare_status(AgentContext& context, const LaunchToken& token, UpdateFacts facts) {
  if (!context.state.link.is_registered) return;
  context.send(AgentStatusUpdate{make_status(context, token, std::move(facts))});
}

void forget(AgentContext& context, AgentTask& task) {
  AgentState& state = context.state;
  LaunchToken token = task.record.launch.token;
  Serial serial = serial_of(state, task);
  erase_record(context, task);
  keep_sandbox_for_now(context, sandbox_path(token));
  state.timers.disarm_all(serial);
  state.by_container.erase(ContainerId{task.record.container});
  state.by_token.erase(token);
  state.tasks.erase(serial);
  state.finished.push_back(token);
  state.finished_index.insert(std::move(token));
  if (state.finished.size() > kFinishedTokensMax) {
    state.finished_index.erase(state.finished.front());
    state.finished.pop_front();
  }
}

}  // namespace fairlead

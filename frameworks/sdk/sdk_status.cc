#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "frameworks/sdk/sdk_state.h"

namespace fairlead::sdk {
namespace {

AcknowledgeStatus acknowledgement(const TaskStatus& status) {
  return {.framework = status.framework,
          .task = status.task,
          .attempt = status.attempt,
          .agent = status.agent,
          .update = status.update};
}

bool is_repeated(const LaunchRecord& record, const TaskStatus& status) {
  if (status.update > 0) {
    return status.update <= record.update;
  }
  return status.state == record.state;
}

/// kUnknown says that nobody has a record of it: a launch that nobody ever confirmed did not
/// happen and, its session being over, never will; one that ran is gone.
TaskState meaning_of_unknown(const LaunchEntry& entry) {
  return entry.confirmed ? TaskState::kGone : TaskState::kDropped;
}

/// Repeats arrive until their acknowledgement does; it must not overtake what it waits for.
void acknowledge_again(Turn& turn, const TaskStatus& status) {
  turn.state.counters.statuses_repeated += 1;
  if (status.update > 0) {
    SchedulerActions nothing;
    Extra extra;
    extra.after.emplace_back(acknowledgement(status));
    take_orders(turn, nothing, std::move(extra));
  }
}

/// Unreachable may mean that a new leader has not heard the agent yet: when it returns without the
/// task, nobody there knows that there was one to tell of.
bool is_answer(TaskState state) {
  return state != TaskState::kUnreachable;
}

/// Brings the entry and its row up to the status.
void record_status(SdkState& state, const LaunchKey& key, const TaskStatus& status, Extra& extra) {
  if (is_terminal(status.state)) {
    state.launches.erase(key);
    if (state.options.write_ahead) {
      extra.writes.push_back({launch_row_key(key), std::nullopt});
    }
    return;
  }
  LaunchEntry& entry = state.launches[key];
  const bool came_back = entry.record.state == TaskState::kUnreachable;
  entry.record.state = status.state;
  entry.record.update = std::max(entry.record.update, status.update);
  entry.record.agent = status.agent.empty() ? entry.record.agent : status.agent;
  entry.sent = true;
  entry.confirmed = true;
  entry.answered = is_answer(status.state);
  if (came_back && entry.kill && status.state != TaskState::kUnreachable) {
    extra.after.emplace_back(*entry.kill);
  }
  if (state.options.write_ahead) {
    extra.writes.push_back({launch_row_key(key), encode(entry.record)});
  }
}

void deliver(Turn& turn, const TaskStatus& status) {
  SdkState& state = turn.state;
  state.counters.statuses += 1;
  Extra extra;
  if (status.update > 0) {
    extra.after.emplace_back(acknowledgement(status));
  }
  if (status.state != TaskState::kUnknown) {
    record_status(state, {status.task, status.attempt}, status, extra);
  }
  SchedulerActions actions;
  state.scheduler.on_status(turn.now, status, actions);
  take_orders(turn, actions, std::move(extra));
}

}  // namespace

TaskStatus local_drop(const Turn& turn, const LaunchKey& key, const AgentId& agent,
                      std::string message) {
  TaskStatus status;
  status.framework = turn.state.identity.framework;
  status.task = key.task;
  status.attempt = key.attempt;
  status.agent = agent;
  status.state = TaskState::kDropped;
  status.reason = TaskReason::kInvalidOffers;
  status.message = std::move(message);
  status.source = StatusSource::kMaster;
  status.at = {turn.state.wall_at_zero.unix_ms + turn.now.ns / 1'000'000};
  return status;
}

void on_status(Turn& turn, TaskStatus status) {
  SdkState& state = turn.state;
  if (status.framework != state.identity.framework) {
    note(turn, "ignored: status of framework " + status.framework.text);
    return;
  }
  const LaunchKey key{status.task, status.attempt};
  const auto found = state.launches.find(key);
  if (found == state.launches.end()) {
    // A terminal state removed the record in the same batch that the scheduler's answer was in.
    if (is_terminal(status.state) && state.options.write_ahead) {
      acknowledge_again(turn, status);
    } else {
      deliver(turn, status);
    }
    return;
  }
  LaunchEntry& entry = found->second;
  if (status.state == TaskState::kUnknown) {
    if (!entry.sent) {
      return;
    }
    if (status.agent.empty()) {
      // Said without a look at the agent (it answers a kill): that one may be unreachable.
      entry.answered = false;
      state.reconcile_retry_at =
          std::min(state.reconcile_retry_at, turn.now + state.options.reconcile_retry_min);
      return;
    }
    status.state = meaning_of_unknown(entry);
    status.agent = entry.record.agent;
  }
  const bool repeated = is_repeated(entry.record, status);
  entry.answered = is_answer(status.state);
  entry.sent = true;
  entry.confirmed = true;
  if (repeated) {
    acknowledge_again(turn, status);
    return;
  }
  deliver(turn, status);
}

void deliver_notices(Turn& turn) {
  SdkState& state = turn.state;
  while (!state.notices.empty() && state.phase != SessionPhase::kEnded) {
    Notice notice = std::move(state.notices.front());
    state.notices.pop_front();
    if (const auto* status = std::get_if<TaskStatus>(&notice)) {
      deliver(turn, *status);
      continue;
    }
    SchedulerActions actions;
    if (const auto* answer = std::get_if<OperationsAnswer>(&notice)) {
      state.scheduler.on_operations(turn.now, *answer, actions);
    } else {
      state.scheduler.on_refused(turn.now, std::get<FrameworkRefused>(notice), actions);
    }
    take_orders(turn, actions);
  }
}

std::vector<FrameworkToMaster> reconcile_unanswered(const SdkState& state) {
  std::vector<FrameworkToMaster> messages;
  Reconcile reconcile;
  for (const auto& [key, entry] : state.launches) {
    if (!entry.sent || entry.answered) {
      continue;
    }
    reconcile.tasks.push_back({key.task, key.attempt, entry.record.agent});
    if (reconcile.tasks.size() == limits::kReconcileTasksMax) {
      messages.emplace_back(std::exchange(reconcile, {}));
    }
  }
  if (!reconcile.tasks.empty()) {
    messages.emplace_back(std::move(reconcile));
  }
  return messages;
}

}  // namespace fairlead::sdk

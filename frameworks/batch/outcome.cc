#include <algorithm>

#include "frameworks/batch/batch_turn.h"

namespace fairlead::batch {
namespace {

constexpr Duration kDropPauseMin = milliseconds(100);
constexpr Duration kDropPauseMax = seconds(5);

std::optional<InstanceRef> find_instance(const Batch& batch, const TaskStatus& status) {
  const auto name = parse_task_id(status.task);
  if (!name.ok()) {
    return std::nullopt;
  }
  const auto job = batch.jobs.find(name.value().job);
  if (job == batch.jobs.end()) {
    return std::nullopt;
  }
  const auto& tasks = job->second.spec.tasks;
  for (std::uint32_t g = 0; g < tasks.size(); ++g) {
    if (tasks[g].name == name.value().group && name.value().index < tasks[g].instances) {
      return InstanceRef{job->first, g, name.value().index};
    }
  }
  return std::nullopt;
}

bool may_be_killed(TaskState state) {
  return !is_terminal(state) && state != TaskState::kUnreachable && state != TaskState::kUnknown;
}

void note_status(BatchTurn& turn, const InstanceRef& ref, const TaskStatus& status) {
  Instance& instance = instance_of(turn, ref);
  const WallTime at = status.at.unix_ms > 0 ? status.at : turn.wall();
  instance.state = status.state;
  instance.reason = status.reason;
  instance.message = status.message;
  if (!status.container_path.empty()) {
    instance.container_path = status.container_path;
  }
  if (status.usage) {
    instance.memory_peak_bytes =
        std::max(instance.memory_peak_bytes, status.usage->memory_peak_bytes);
  }
  if (status.state == TaskState::kRunning && instance.started_at.unix_ms == 0) {
    instance.started_at = at;
  }
  if (is_terminal(status.state)) {
    instance.ended_at = at;
    instance.exit = status.exit;
  }
  touch(turn, ref);
}

void end_instance(BatchTurn& turn, const InstanceRef& ref, Phase phase) {
  move(turn, ref, phase);
  Job& job = job_of(turn, ref.job);
  const Instance& instance = instance_of(turn, ref);
  if (phase == Phase::kFailed && job.why.empty()) {
    job.why = task_id(ref.job, job.spec.tasks[ref.group].name, ref.index).text + ": " +
              (instance.message.empty() ? to_string(instance.reason) : instance.message);
    turn.jobs_changed.insert(ref.job);
  }
  if (phase == Phase::kFinished && instance.started_at.unix_ms > 0) {
    GroupState& group = job.groups[ref.group];
    group.run_ms_sum += static_cast<std::uint64_t>(
        std::max<std::int64_t>(instance.ended_at.unix_ms - instance.started_at.unix_ms, 0));
    group.run_count += 1;
  }
  settle(turn, ref.job);
}

/// The attempt came to nothing through no fault of its own.
void lose(BatchTurn& turn, const InstanceRef& ref, Duration before_next) {
  Instance& instance = instance_of(turn, ref);
  instance.losses += 1;
  if (job_of(turn, ref.job).cancel_requested) {
    end_instance(turn, ref, Phase::kCancelled);
  } else if (instance.losses > kLossesMax) {
    instance.message = "given up after " + std::to_string(kLossesMax) +
                       " attempts that were dropped or lost: " + instance.message;
    end_instance(turn, ref, Phase::kFailed);
  } else {
    pause(turn, ref, before_next);
  }
}

void fail(BatchTurn& turn, const InstanceRef& ref) {
  Instance& instance = instance_of(turn, ref);
  const Job& job = job_of(turn, ref.job);
  const TaskGroup& group = job.spec.tasks[ref.group];
  instance.failures += 1;
  if (job.cancel_requested) {
    end_instance(turn, ref, Phase::kCancelled);
  } else if (instance.failures > group.retries) {
    end_instance(turn, ref, Phase::kFailed);
  } else {
    pause(turn, ref, retry_pause(group.retry_min, group.retry_max, instance.failures));
  }
}

void on_killed(BatchTurn& turn, const InstanceRef& ref, const TaskStatus& status) {
  if (job_of(turn, ref.job).cancel_requested) {
    end_instance(turn, ref, Phase::kCancelled);
  } else if (status.reason == TaskReason::kKilledByOperator) {
    end_instance(turn, ref, Phase::kFailed);  // somebody wanted it dead: no second life
  } else if (status.reason == TaskReason::kPreempted) {
    make_ready(turn, ref);  // neither failed nor lost, however often it happens
  } else {
    lose(turn, ref, {});
  }
}

void on_unreachable(BatchTurn& turn, const InstanceRef& ref) {
  const Job& job = job_of(turn, ref.job);
  const TaskGroup& group = job.spec.tasks[ref.group];
  if (job.cancel_requested || group.on_unreachable == OnUnreachable::kWait) {
    return;
  }
  Instance& instance = instance_of(turn, ref);
  instance.losses += 1;
  if (instance.losses > kLossesMax) {
    end_instance(turn, ref, Phase::kFailed);
    return;
  }
  make_ready(turn, ref);
}

/// It runs, or is about to. An instance that waited for a relaunch has its attempt back.
void on_alive(BatchTurn& turn, const InstanceRef& ref) {
  if (instance_of(turn, ref).phase != Phase::kLaunched) {
    move(turn, ref, Phase::kLaunched);
  }
}

void take_current(BatchTurn& turn, const InstanceRef& ref, const TaskStatus& status) {
  note_status(turn, ref, status);
  switch (status.state) {
    case TaskState::kFinished:
      end_instance(turn, ref, Phase::kFinished);
      return;
    case TaskState::kFailed:
      fail(turn, ref);
      return;
    case TaskState::kError:
      end_instance(turn, ref, Phase::kFailed);
      return;
    case TaskState::kKilled:
      on_killed(turn, ref, status);
      return;
    case TaskState::kDropped:
      lose(turn, ref, retry_pause(kDropPauseMin, kDropPauseMax, instance_of(turn, ref).losses + 1));
      return;
    case TaskState::kGone:
    case TaskState::kGoneByOperator:
      // With relaunch_unreachable the loss was counted, and the relaunch planned, already.
      if (instance_of(turn, ref).phase == Phase::kLaunched) {
        lose(turn, ref, {});
      }
      return;
    case TaskState::kUnreachable:
      on_unreachable(turn, ref);
      return;
    case TaskState::kStaging:
    case TaskState::kStarting:
    case TaskState::kRunning:
    case TaskState::kKilling:
      on_alive(turn, ref);
      return;
    case TaskState::kUnknown:
      return;
  }
}

}  // namespace

void take_status(BatchTurn& turn, const TaskStatus& status) {
  const auto ref = find_instance(turn.batch, status);
  const Instance* instance = ref ? &instance_of(turn, *ref) : nullptr;
  const bool is_current =
      instance != nullptr && status.attempt == instance->attempt && !is_over(instance->phase);
  if (is_current) {
    take_current(turn, *ref, status);
    settle_gang(turn, *ref);
  } else if (may_be_killed(status.state)) {
    // Nobody waits for it: an attempt that was replaced and came back, or a job long forgotten.
    turn.actions.kill(status.task, status.attempt);
  }
}

}  // namespace fairlead::batch

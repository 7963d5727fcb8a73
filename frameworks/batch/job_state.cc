#include "frameworks/batch/job_state.h"

#include <algorithm>

namespace fairlead::batch {
namespace {

/// Work left in `group`, in milliseconds of one instance after another; nullopt when nothing of its
/// kind has finished yet.
std::optional<std::int64_t> work_left_ms(const GroupState& group, WallTime now) {
  std::int64_t left = 0;
  const std::int64_t mean =
      group.run_count == 0 ? 0 : static_cast<std::int64_t>(group.run_ms_sum / group.run_count);
  for (const Instance& instance : group.instances) {
    if (is_over(instance.phase)) {
      continue;
    }
    if (group.run_count == 0) {
      return std::nullopt;
    }
    const bool runs = instance.phase == Phase::kLaunched && instance.started_at.unix_ms > 0;
    const std::int64_t ran = runs ? now.unix_ms - instance.started_at.unix_ms : 0;
    left += std::max<std::int64_t>(mean - ran, 0);
  }
  return left;
}

}  // namespace

const char* to_string(Phase phase) {
  constexpr std::array<const char*, kPhases> kWords = {"blocked",  "ready",  "pausing",  "launched",
                                                       "finished", "failed", "cancelled"};
  return kWords[static_cast<std::size_t>(phase)];
}

bool is_over(Phase phase) {
  return phase == Phase::kFinished || phase == Phase::kFailed || phase == Phase::kCancelled;
}

const char* to_string(JobState state) {
  constexpr std::array<const char*, 5> kWords = {"pending", "running", "finished", "failed",
                                                 "cancelled"};
  return kWords[static_cast<std::size_t>(state)];
}

JobProgress progress_of(const Job& job, WallTime now) {
  JobProgress progress;
  std::optional<std::int64_t> left = 0;
  for (const GroupState& group : job.groups) {
    for (std::size_t i = 0; i < kPhases; ++i) {
      progress.counts[i] += group.counts[i];
      progress.instances += group.counts[i];
    }
    for (const Instance& instance : group.instances) {
      progress.failures += instance.failures;
      progress.losses += instance.losses;
      progress.waited_ms += instance.waited_ms;
      if (instance.phase == Phase::kLaunched && instance.state == TaskState::kRunning) {
        progress.running += 1;
      }
    }
    progress.run_ms += static_cast<std::int64_t>(group.run_ms_sum);
    const auto group_left = work_left_ms(group, now);
    left = left && group_left ? std::optional(*left + *group_left) : std::nullopt;
  }
  if (left && !job.is_over()) {
    progress.eta_ms = *left / std::max<std::int64_t>(progress.running, 1);
  }
  return progress;
}

std::string why_of(const Job& job) {
  for (std::size_t g = 0; !job.is_over() && g < job.groups.size(); ++g) {
    if (job.groups[g].impossible.empty()) continue;
    const TaskGroup& group = job.spec.tasks[g];
    return group.name + (group.gang ? " cannot run as a gang: " : " fits no agent: ") +
           job.groups[g].impossible;
  }
  return job.why;
}

void set_phase(GroupState& group, std::uint32_t index, Phase phase) {
  Instance& instance = group.instances[index];
  group.counts[static_cast<std::size_t>(instance.phase)] -= 1;
  group.counts[static_cast<std::size_t>(phase)] += 1;
  if (instance.phase == Phase::kReady) {
    group.ready.erase(index);
    // Nothing of it is demanded: who demands it again is told again.
    if (group.ready.empty()) group.impossible.clear();
  }
  if (phase == Phase::kReady) {
    group.ready.insert(index);
  }
  instance.phase = phase;
}

}  // namespace fairlead::batch

// What has become of a job: one compact record per instance, and counts that are kept up to date
// instead of counted again. Owned by BatchScheduler; others read.
//
// Invariant: GroupState::counts equals the phases of its instances.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "frameworks/batch/job.h"

namespace fairlead::batch {

enum class Phase : std::uint8_t {
  kBlocked,    ///< waits for another group
  kReady,      ///< wants an offer
  kPausing,    ///< wants one after its retry pause
  kLaunched,   ///< an attempt is on its way, runs, or is unreachable
  kFinished,   ///< for good
  kFailed,     ///< for good
  kCancelled,  ///< for good: by request, or because what it depends on failed
};
inline constexpr std::size_t kPhases = 7;
/// "blocked", "ready", "pausing", "launched", "finished", "failed", "cancelled".
const char* to_string(Phase phase);
bool is_over(Phase phase);

struct Instance {
  Phase phase = Phase::kBlocked;
  std::uint32_t attempt = 0;   ///< of the latest launch; 0: never launched
  std::uint32_t failures = 0;  ///< attempts that failed by themselves: bounded by retries
  std::uint32_t losses = 0;    ///< attempts dropped or lost with their agent: bounded by kLossesMax
  TaskState state = TaskState::kStaging;  ///< of the latest attempt; meaningful when attempt > 0
  TaskReason reason = TaskReason::kNone;
  AgentId agent;
  std::string hostname;
  std::string agent_http;
  std::string container_path;
  std::string message;
  std::optional<ExitStatus> exit;
  std::int64_t memory_peak_bytes = 0;
  WallTime ready_at;           ///< last time it began to want an offer
  WallTime launched_at;        ///< latest attempt
  WallTime started_at;         ///< latest attempt's process; 0: not yet
  WallTime ended_at;           ///< latest attempt's end; 0: not yet
  std::int64_t waited_ms = 0;  ///< sum over attempts: ready to launched
  friend bool operator==(const Instance&, const Instance&) = default;
};

struct GroupState {
  std::vector<Instance> instances;
  std::array<std::uint32_t, kPhases> counts{};
  std::set<std::uint32_t> ready;  ///< indices in Phase::kReady
  std::uint64_t run_ms_sum = 0;   ///< of finished attempts, for the estimate
  std::uint32_t run_count = 0;
  std::string impossible;  ///< why no agent could run it, as the master said last; not stored

  std::uint32_t count(Phase phase) const { return counts[static_cast<std::size_t>(phase)]; }
};

enum class JobState : std::uint8_t { kPending, kRunning, kFinished, kFailed, kCancelled };
/// "pending", …
const char* to_string(JobState state);

struct Job {
  JobId id;
  JobSpec spec;
  std::vector<GroupState> groups;  ///< as spec.tasks
  JobState state = JobState::kPending;
  bool cancel_requested = false;
  std::string why;  ///< of a failed job: the first task that failed and how
  WallTime submitted_at;
  WallTime ended_at;
  std::uint64_t version = 0;  ///< of the scheduler's change counter when this job last changed

  bool is_over() const { return state != JobState::kPending && state != JobState::kRunning; }
};

struct JobProgress {
  std::array<std::uint32_t, kPhases> counts{};
  std::uint32_t instances = 0;
  std::uint32_t running = 0;   ///< of the launched: their process runs
  std::uint32_t failures = 0;  ///< attempts that failed
  std::uint32_t losses = 0;
  std::int64_t waited_ms = 0;          ///< sum over attempts
  std::int64_t run_ms = 0;             ///< sum over finished attempts
  std::optional<std::int64_t> eta_ms;  ///< a guess from finished attempts; nullopt: none yet
};

/// Of a failed job how it failed, of another the first task that no agent could run; else "".
std::string why_of(const Job& job);

/// O(instances).
JobProgress progress_of(const Job& job, WallTime now);

/// Moves an instance and keeps the counts and the ready set.
void set_phase(GroupState& group, std::uint32_t index, Phase phase);

}  // namespace fairlead::batch

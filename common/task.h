// Tasks: what to run, and what became of it. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/attributes.h"
#include "common/ids.h"
#include "common/resources.h"
#include "common/time.h"

namespace fairlead {

/// The states of a task. There is no ambiguous "lost": kUnreachable may still run, kDropped never
/// started, kGone is proven dead.
enum class TaskState : std::uint8_t {
  kStaging,         ///< the master accepted the launch
  kStarting,        ///< the agent knows it durably
  kRunning,         ///< its process runs
  kKilling,         ///< a kill is in its grace period
  kFinished,        ///< terminal: exit code 0
  kFailed,          ///< terminal: another exit, a limit, or it could not start
  kKilled,          ///< terminal: on request, or its framework was removed
  kError,           ///< terminal: the description was refused
  kDropped,         ///< terminal: never started; safe to launch again
  kUnreachable,     ///< its agent is cut off; it may still run
  kGone,            ///< terminal: the agent proved that it does not exist any more
  kGoneByOperator,  ///< terminal: an operator declared its agent gone
  kUnknown,         ///< nobody has a record of it (an answer, never stored)
};

bool is_terminal(TaskState state);
/// The edges that a task may take; terminal states are final except kGoneByOperator, which the
/// agent's own word corrects.
bool is_legal_edge(TaskState from, TaskState to);
/// "TASK_RUNNING", …
const char* to_string(TaskState state);

enum class TaskReason : std::uint8_t {
  kNone,
  kCommandFailed,  ///< the process exited with another code than 0, or by a signal
  kLaunchFailed,   ///< the container could not be built
  kMemoryLimit,    ///< killed by its memory cgroup
  kDiskLimit,
  kDurationLimit,  ///< ran longer than max_duration
  kKilledByFramework,
  kKilledByOperator,
  kFrameworkRemoved,
  kTaskInvalid,
  kTaskUnauthorized,
  kInvalidOffers,  ///< the offers were gone: dropped
  kAgentUnknown,   ///< the agent was gone before the launch reached it: dropped
  kAgentUnreachable,
  kAgentReregistered,  ///< it is back
  kAgentRestarted,
  kAgentDraining,
  kAgentGone,
  kStaleLaunch,      ///< an older epoch or session, or a token that was used: dropped
  kAgentOverloaded,  ///< disk watermark, too many tasks, or the breaker is open: dropped
  kStatusLost,       ///< the shim died without leaving an exit status
  kReconciliation,
  kPreempted,    ///< ended to give back what it held (reclaims)
  kGangAborted,  ///< another task of its gang cannot run: dropped
};

/// "MEMORY_LIMIT", …
const char* to_string(TaskReason reason);

enum class StatusSource : std::uint8_t { kMaster, kAgent };

/// How a process ended: exactly one of the two is set.
struct ExitStatus {
  std::optional<std::int32_t> code;
  std::optional<std::int32_t> signal;
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

struct ResourceUsage {
  std::int64_t cpu_ns = 0;        ///< user + system
  std::int64_t memory_bytes = 0;  ///< now
  std::int64_t memory_peak_bytes = 0;
  std::int64_t pids = 0;
  std::int64_t throttled_ns = 0;  ///< held back by the CPU limit
  friend bool operator==(const ResourceUsage&, const ResourceUsage&) = default;
};

struct TaskStatus {
  FrameworkId framework;
  TaskId task;
  std::uint32_t attempt = 0;
  AgentId agent;
  TaskState state = TaskState::kStaging;
  TaskReason reason = TaskReason::kNone;
  std::string message;
  StatusSource source = StatusSource::kAgent;
  std::uint64_t update = 0;  ///< 1, 2, … per token from the agent; 0 = needs no acknowledgement
  WallTime at;
  std::optional<ExitStatus> exit;
  std::optional<ResourceUsage> usage;
  std::string container_path;  ///< sandbox, relative to the agent's sandbox root; for logs
  friend bool operator==(const TaskStatus&, const TaskStatus&) = default;
};

struct EnvironmentVariable {
  std::string name;
  std::string value;
  friend bool operator==(const EnvironmentVariable&, const EnvironmentVariable&) = default;
};

struct ResourceLimit {
  std::string name;  ///< as in setrlimit, lower case: "nofile", "core", "fsize", …
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
  friend bool operator==(const ResourceLimit&, const ResourceLimit&) = default;
};

/// What runs. `argv[0]` is looked up in the task's PATH.
struct Command {
  std::vector<std::string> argv;
  std::vector<EnvironmentVariable> environment;
  std::string user;               ///< empty: the agent's default task user
  std::string working_directory;  ///< empty: the sandbox
  friend bool operator==(const Command&, const Command&) = default;
};

/// What a task may burst to; its Resources are what it is guaranteed.
struct TaskLimits {
  std::optional<std::int64_t> cpu_milli;   ///< CFS quota; nullopt: only shares
  std::optional<std::int64_t> memory_kib;  ///< nullopt: equal to the requested mem
  std::optional<std::int64_t> pids;        ///< nullopt: the agent's default
  std::vector<ResourceLimit> rlimits;
  friend bool operator==(const TaskLimits&, const TaskLimits&) = default;
};

struct TaskSpec {
  TaskId id;
  std::string name;  ///< for people; not unique
  Command command;
  Resources resources;
  TaskLimits limits;
  Duration kill_grace = seconds(5);  ///< SIGTERM to SIGKILL
  Duration duration_max;             ///< 0: none
  std::vector<Label> labels;
  std::int32_t priority = 0;  ///< a reclaim for a higher one in its role may end it
  friend bool operator==(const TaskSpec&, const TaskSpec&) = default;
};

/// Checks everything about `spec` that needs no state: ids, sizes, counts, NULs, paths.
Status validate(const TaskSpec& spec);

}  // namespace fairlead

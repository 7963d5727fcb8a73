// What a person asks the batch framework to run: a job of task groups, each one command repeated
// as an array, with dependencies between groups. Plain values; job_yaml.h and the HTTP API make
// them, BatchScheduler runs them.
//
// A task sees: FAIRLEAD_JOB_ID, FAIRLEAD_JOB_NAME, FAIRLEAD_TASK_NAME (its group),
// FAIRLEAD_TASK_INDEX (0 … n-1), FAIRLEAD_INSTANCES (n), FAIRLEAD_ATTEMPT (1, 2, …), and
// FAIRLEAD_PORTS ("31000,31001") when its resources hold ports.
// Results exactly once: write to a name with the attempt in it, then commit by an atomic rename
// that the first one wins (`fairlead-commit PART FINAL`); see the README.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/amounts.h"
#include "common/attributes.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/task.h"

namespace fairlead::batch {

inline constexpr std::uint32_t kInstancesMax = 100'000;  // one array; its rows are read at start
inline constexpr std::size_t kGroupsMax = 100;           // per job
inline constexpr std::size_t kNameCharsMax = 40;         // job.group.index stays a valid task id
inline constexpr std::uint32_t kRetriesMax = 1'000;
inline constexpr std::size_t kActiveJobsMax = 10'000;
inline constexpr std::size_t kEndedJobsMax = 1'000;  // history; the oldest are forgotten
inline constexpr std::uint32_t kLossesMax = 100;     // per instance: drops and agent losses
inline constexpr std::int32_t kPriorityMax = 1'000;  // -kPriorityMax … kPriorityMax

/// What to do while a task's agent is cut off.
enum class OnUnreachable : std::uint8_t {
  kWait,     ///< until the agent comes back or is declared gone
  kRelaunch  ///< at once elsewhere; the old attempt is killed when it comes back
};

/// "wait", "relaunch_unreachable".
const char* to_string(OnUnreachable policy);

struct TaskGroup {
  std::string name;  ///< [a-z0-9_-], unique in the job
  std::uint32_t instances = 1;
  Command command;
  Amounts resources;  ///< of one instance; ports:[1-n] means n ports
  TaskLimits limits;
  std::uint32_t retries = 0;        ///< failures beyond the first attempt; losses do not count
  Duration retry_min = seconds(1);  ///< doubles per failure …
  Duration retry_max = seconds(60);
  Duration timeout;                     ///< of one attempt; 0: none
  std::vector<std::string> depends_on;  ///< groups that must have finished
  std::int32_t priority = 0;            ///< inside the job
  OnUnreachable on_unreachable = OnUnreachable::kWait;
  Duration kill_grace = seconds(5);
  std::vector<Constraint> constraints;
  bool gang = false;  ///< its instances run all together or not at all
  friend bool operator==(const TaskGroup&, const TaskGroup&) = default;
};

struct JobSpec {
  std::string name;
  RoleName role;                   ///< empty: the framework's first role
  std::int32_t priority = 0;       ///< among the jobs of this framework; higher first
  bool allow_unplaceable = false;  ///< take it although no known agent is large enough
  std::vector<Label> labels;
  std::vector<TaskGroup> tasks;
  Principal owner;  ///< who submitted it; empty: nobody knows, from before owners were noted
  friend bool operator==(const JobSpec&, const JobSpec&) = default;
};

/// "j17".
struct JobId {
  std::uint64_t number = 0;
  friend auto operator<=>(const JobId&, const JobId&) = default;
};
std::string to_string(JobId id);
/// kInvalid for anything but "j" and a positive number.
Result<JobId> parse_job_id(std::string_view text);

/// Checks names, bounds, dependencies (known, no cycle) and every group's command.
Status validate(const JobSpec& spec);

/// Which instance a task id names: "j17.map.3".
struct TaskName {
  JobId job;
  std::string group;
  std::uint32_t index = 0;
  friend bool operator==(const TaskName&, const TaskName&) = default;
};
TaskId task_id(JobId job, std::string_view group, std::uint32_t index);
Result<TaskName> parse_task_id(const TaskId& id);

/// Every kind of trouble of a retry: min · 2^(failures-1), at most max. failures 0: nothing.
Duration retry_pause(Duration min, Duration max, std::uint32_t failures);

}  // namespace fairlead::batch

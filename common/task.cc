#include "common/task.h"

#include <algorithm>

#include "common/limits.h"
#include "common/message_sizes.h"

namespace fairlead {
namespace {

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

Error refused(const TaskSpec& spec, std::string where, std::string expected, std::string got) {
  return invalid({.what = "task '" + spec.id.text.substr(0, limits::kIdCharsMax) + "'",
                  .where = std::move(where),
                  .expected = std::move(expected),
                  .got = std::move(got)});
}

Status validate_command(const TaskSpec& spec) {
  const Command& command = spec.command;
  if (command.argv.empty() || command.argv[0].empty()) {
    return refused(spec, "command", "at least the name of a program", "");
  }
  if (command.argv.size() > limits::kArgumentsMax) {
    return refused(spec, "command", "at most 1024 arguments", std::to_string(command.argv.size()));
  }
  for (const std::string& argument : command.argv) {
    if (argument.size() > limits::kArgumentBytesMax || has_nul(argument)) {
      return refused(spec, "command", "arguments of at most 128 KiB without NUL",
                     argument.substr(0, 60));
    }
  }
  if (command.environment.size() > limits::kEnvironmentMax) {
    return refused(spec, "environment", "at most 1024 variables",
                   std::to_string(command.environment.size()));
  }
  for (const EnvironmentVariable& variable : command.environment) {
    // The value may be a secret: only the name is ever shown.
    bool good = !variable.name.empty() && variable.name.find('=') == std::string::npos &&
                !has_nul(variable.name) && !has_nul(variable.value) &&
                variable.name.size() + variable.value.size() < limits::kArgumentBytesMax;
    if (!good) {
      return refused(spec, "environment", "NAME=VALUE of at most 128 KiB without NUL",
                     variable.name.substr(0, 60));
    }
  }
  const std::string& directory = command.working_directory;
  if (!directory.empty() && (directory.front() != '/' || has_nul(directory))) {
    return refused(spec, "working_directory", "an absolute path", directory.substr(0, 60));
  }
  return {};
}

Status validate_limits(const TaskSpec& spec) {
  Quantities requested = scalars(spec.resources);
  const TaskLimits& limits = spec.limits;
  if (limits.cpu_milli &&
      *limits.cpu_milli < std::max<std::int64_t>(requested[StandardScalar::kCpus], 1)) {
    return refused(spec, "limits.cpus", "at least the requested cpus",
                   scalar_to_string("cpus", *limits.cpu_milli));
  }
  if (limits.memory_kib &&
      *limits.memory_kib < std::max<std::int64_t>(requested[StandardScalar::kMem], 1)) {
    return refused(spec, "limits.mem", "at least the requested mem",
                   scalar_to_string("mem", *limits.memory_kib));
  }
  if (limits.pids && (*limits.pids < 1 || *limits.pids > limits::kPidsMax)) {
    return refused(spec, "limits.pids", "1..4194304", std::to_string(*limits.pids));
  }
  for (const ResourceLimit& one : limits.rlimits) {
    if (one.soft > one.hard) {
      return refused(spec, "limits.rlimits." + one.name, "soft <= hard", std::to_string(one.soft));
    }
  }
  return {};
}

}  // namespace

bool is_terminal(TaskState state) {
  switch (state) {
    case TaskState::kFinished:
    case TaskState::kFailed:
    case TaskState::kKilled:
    case TaskState::kError:
    case TaskState::kDropped:
    case TaskState::kGone:
    case TaskState::kGoneByOperator:
      return true;
    case TaskState::kStaging:
    case TaskState::kStarting:
    case TaskState::kRunning:
    case TaskState::kKilling:
    case TaskState::kUnreachable:
    case TaskState::kUnknown:
      return false;
  }
  unreachable("every TaskState is terminal or not");
}

bool is_legal_edge(TaskState from, TaskState to) {
  if (to == TaskState::kUnknown || to == TaskState::kStaging) return false;
  if (from == TaskState::kGoneByOperator) return to != TaskState::kUnreachable;
  if (is_terminal(from)) return false;
  if (from == TaskState::kUnreachable || is_terminal(to) || to == TaskState::kUnreachable) {
    return true;
  }
  // Among the live states time only moves on; a repeated report of a state carries news about it.
  return static_cast<int>(to) >= static_cast<int>(from);
}

const char* to_string(TaskState state) {
  switch (state) {
    case TaskState::kStaging:
      return "TASK_STAGING";
    case TaskState::kStarting:
      return "TASK_STARTING";
    case TaskState::kRunning:
      return "TASK_RUNNING";
    case TaskState::kKilling:
      return "TASK_KILLING";
    case TaskState::kFinished:
      return "TASK_FINISHED";
    case TaskState::kFailed:
      return "TASK_FAILED";
    case TaskState::kKilled:
      return "TASK_KILLED";
    case TaskState::kError:
      return "TASK_ERROR";
    case TaskState::kDropped:
      return "TASK_DROPPED";
    case TaskState::kUnreachable:
      return "TASK_UNREACHABLE";
    case TaskState::kGone:
      return "TASK_GONE";
    case TaskState::kGoneByOperator:
      return "TASK_GONE_BY_OPERATOR";
    case TaskState::kUnknown:
      return "TASK_UNKNOWN";
  }
  unreachable("every TaskState has a name");
}

const char* to_string(TaskReason reason) {
  switch (reason) {
    case TaskReason::kNone:
      return "NONE";
    case TaskReason::kCommandFailed:
      return "COMMAND_FAILED";
    case TaskReason::kLaunchFailed:
      return "LAUNCH_FAILED";
    case TaskReason::kMemoryLimit:
      return "MEMORY_LIMIT";
    case TaskReason::kDiskLimit:
      return "DISK_LIMIT";
    case TaskReason::kDurationLimit:
      return "DURATION_LIMIT";
    case TaskReason::kKilledByFramework:
      return "KILLED_BY_FRAMEWORK";
    case TaskReason::kKilledByOperator:
      return "KILLED_BY_OPERATOR";
    case TaskReason::kFrameworkRemoved:
      return "FRAMEWORK_REMOVED";
    case TaskReason::kTaskInvalid:
      return "TASK_INVALID";
    case TaskReason::kTaskUnauthorized:
      return "TASK_UNAUTHORIZED";
    case TaskReason::kInvalidOffers:
      return "INVALID_OFFERS";
    case TaskReason::kAgentUnknown:
      return "AGENT_UNKNOWN";
    case TaskReason::kAgentUnreachable:
      return "AGENT_UNREACHABLE";
    case TaskReason::kAgentReregistered:
      return "AGENT_REREGISTERED";
    case TaskReason::kAgentRestarted:
      return "AGENT_RESTARTED";
    case TaskReason::kAgentDraining:
      return "AGENT_DRAINING";
    case TaskReason::kAgentGone:
      return "AGENT_GONE";
    case TaskReason::kStaleLaunch:
      return "STALE_LAUNCH";
    case TaskReason::kAgentOverloaded:
      return "AGENT_OVERLOADED";
    case TaskReason::kStatusLost:
      return "STATUS_LOST";
    case TaskReason::kReconciliation:
      return "RECONCILIATION";
    case TaskReason::kGangAborted:
      return "GANG_ABORTED";
    case TaskReason::kPreempted:
      return "PREEMPTED";
  }
  unreachable("every TaskReason has a name");
}

Status validate(const TaskSpec& spec) {
  Status named = check_id_text(spec.id.text, "task id");
  if (!named) return named;
  if (spec.name.size() > limits::kIdCharsMax || has_nul(spec.name)) {
    return refused(spec, "name", "at most 128 characters", spec.name.substr(0, 60));
  }
  if (spec.resources.is_zero()) return refused(spec, "resources", "something", "");
  if (spec.kill_grace < Duration{} || spec.kill_grace > limits::kTaskDurationMax ||
      spec.duration_max < Duration{} || spec.duration_max > limits::kTaskDurationMax) {
    return refused(spec, "kill_grace and duration_max", "0..365 days", "");
  }
  if (spec.labels.size() > limits::kLabelsMax) {
    return refused(spec, "labels", "at most 64", std::to_string(spec.labels.size()));
  }
  Status command = validate_command(spec);
  if (!command) return command;
  // It has to reach the agent in one envelope, with room for what is said beside it.
  std::size_t bytes = encoded_bytes_max(spec);
  if (bytes > limits::kMessageBytesMax / 2) {
    return refused(spec, "command, environment, labels and resources", "at most 2 MiB together",
                   std::to_string(bytes) + " bytes");
  }
  return validate_limits(spec);
}

}  // namespace fairlead

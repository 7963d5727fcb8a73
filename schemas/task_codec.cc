#include "schemas/task_codec.h"

#include "schemas/wire_enums.h"

namespace fairlead::codec {

// --- status --------------------------------------------------------------------------------------

// Numbers on the wire.
enum ExitKind : std::uint8_t { kNoExit = 0, kExitCode = 1, kExitSignal = 2, kExitUnknown = 3 };

static void write_exit(const ExitStatus& value, wire::TaskStatus::Builder out) {
  if (value.code) {
    out.setExitKind(kExitCode);
    out.setExitNumber(*value.code);
  } else if (value.signal) {
    out.setExitKind(kExitSignal);
    out.setExitNumber(*value.signal);
  } else {
    out.setExitKind(kExitUnknown);
  }
}

static std::optional<ExitStatus> read_exit(wire::TaskStatus::Reader in) {
  switch (in.getExitKind()) {
    case kNoExit:
      return std::nullopt;
    case kExitCode:
      return ExitStatus{.code = in.getExitNumber(), .signal = std::nullopt};
    case kExitSignal:
      return ExitStatus{.code = std::nullopt, .signal = in.getExitNumber()};
    default:
      return ExitStatus{};
  }
}

static void write(const ResourceUsage& value, wire::ResourceUsage::Builder out) {
  out.setCpuNs(value.cpu_ns);
  out.setMemoryBytes(value.memory_bytes);
  out.setMemoryPeakBytes(value.memory_peak_bytes);
  out.setPids(value.pids);
  out.setThrottledNs(value.throttled_ns);
}

static std::int64_t read_counter(std::int64_t value) {
  expect(value >= 0, "usage", "expected nothing negative");
  return value;
}

static ResourceUsage read_usage(wire::ResourceUsage::Reader in) {
  return {.cpu_ns = read_counter(in.getCpuNs()),
          .memory_bytes = read_counter(in.getMemoryBytes()),
          .memory_peak_bytes = read_counter(in.getMemoryPeakBytes()),
          .pids = read_counter(in.getPids()),
          .throttled_ns = read_counter(in.getThrottledNs())};
}

// --- specification -------------------------------------------------------------------------------

static void write(const Command& value, wire::Command::Builder out) {
  if (!value.argv.empty()) write_texts(value.argv, out.initArgv(count_of_list(value.argv)));
  if (!value.environment.empty()) {
    write_list(value.environment, out.initEnvironment(count_of_list(value.environment)),
               [](const EnvironmentVariable& v, wire::EnvironmentVariable::Builder o) {
                 o.setName(as_text(v.name));
                 o.setValue(as_text(v.value));
               });
  }
  put(out, &wire::Command::Builder::setUser, value.user);
  put(out, &wire::Command::Builder::setWorkingDirectory, value.working_directory);
}

static Command read_command(wire::Command::Reader in) {
  Command value;
  value.argv =
      read_texts(in.getArgv(), limits::kArgumentsMax, limits::kArgumentBytesMax, "argument");
  value.environment = read_list<EnvironmentVariable>(
      in.getEnvironment(), limits::kEnvironmentMax, "environment",
      [](wire::EnvironmentVariable::Reader variable) {
        return EnvironmentVariable{
            .name = read_text(variable.getName(), limits::kTextBytesMax, "environment name"),
            .value = read_text(variable.getValue(), limits::kArgumentBytesMax, "environment")};
      });
  value.user = read_text(in.getUser(), limits::kTextBytesMax, "user");
  value.working_directory =
      read_text(in.getWorkingDirectory(), limits::kTextBytesMax, "working directory");
  return value;
}

static void write(const TaskLimits& value, wire::TaskLimits::Builder out) {
  out.setHasCpu(value.cpu_milli.has_value());
  out.setCpuMilli(value.cpu_milli.value_or(0));
  out.setHasMemory(value.memory_kib.has_value());
  out.setMemoryKib(value.memory_kib.value_or(0));
  out.setHasPids(value.pids.has_value());
  out.setPids(value.pids.value_or(0));
  if (value.rlimits.empty()) return;
  write_list(value.rlimits, out.initRlimits(count_of_list(value.rlimits)),
             [](const ResourceLimit& limit, wire::ResourceLimit::Builder o) {
               o.setName(as_text(limit.name));
               o.setSoft(limit.soft);
               o.setHard(limit.hard);
             });
}

static TaskLimits read_limits(wire::TaskLimits::Reader in) {
  TaskLimits value;
  if (in.getHasCpu()) value.cpu_milli = read_quantity(in.getCpuMilli(), "cpu limit");
  if (in.getHasMemory()) value.memory_kib = read_quantity(in.getMemoryKib(), "memory limit");
  if (in.getHasPids()) value.pids = read_quantity(in.getPids(), "pids limit");
  value.rlimits = read_list<ResourceLimit>(
      in.getRlimits(), limits::kResourceLimitsMax, "rlimits",
      [](wire::ResourceLimit::Reader limit) {
        return ResourceLimit{.name = read_text(limit.getName(), limits::kIdCharsMax, "rlimit"),
                             .soft = limit.getSoft(),
                             .hard = limit.getHard()};
      });
  return value;
}

void write(const LaunchToken& value, wire::LaunchToken::Builder out) {
  out.setFramework(as_text(value.framework.text));
  out.setTask(as_text(value.task.text));
  out.setAttempt(value.attempt);
  out.setAgent(as_text(value.agent.text));
}

LaunchToken read(wire::LaunchToken::Reader in) {
  return {.framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .task = read_id<TaskId>(in.getTask(), "task id"),
          .attempt = in.getAttempt(),
          .agent = read_id<AgentId>(in.getAgent(), "agent id")};
}

void write(const TaskStatus& value, wire::TaskStatus::Builder out) {
  using Out = wire::TaskStatus::Builder;
  out.setAttempt(value.attempt);
  out.setState(to_wire(value.state));
  out.setReason(to_wire(value.reason));
  out.setSource(to_wire(value.source));
  out.setUpdate(value.update);
  out.setAtUnixMs(value.at.unix_ms);
  put(out, &Out::setFramework, value.framework.text);
  put(out, &Out::setTask, value.task.text);
  put(out, &Out::setAgent, value.agent.text);
  put_clipped(out, &Out::setMessage, value.message, limits::kStatusMessageCharsMax);
  put(out, &Out::setContainerPath, value.container_path);
  if (value.exit) write_exit(*value.exit, out);
  if (value.usage) write(*value.usage, out.initUsage());
}

TaskStatus read(wire::TaskStatus::Reader in) {
  TaskStatus value;
  value.framework = read_id<FrameworkId>(in.getFramework(), "framework id");
  value.task = read_id<TaskId>(in.getTask(), "task id");
  value.attempt = in.getAttempt();
  // The master's own word about a task that never had an agent names none.
  value.agent = read_id<AgentId>(in.getAgent(), "agent id", Presence::kMayBeEmpty);
  value.state = from_wire(in.getState());
  value.reason = from_wire(in.getReason());
  value.message = read_text(in.getMessage(), limits::kStatusMessageCharsMax, "status message");
  value.source = from_wire(in.getSource());
  value.update = in.getUpdate();
  value.at = WallTime{in.getAtUnixMs()};
  value.exit = read_exit(in);
  if (in.hasUsage()) value.usage = read_usage(in.getUsage());
  value.container_path = read_text(in.getContainerPath(), limits::kTextBytesMax, "container path");
  return value;
}

void write(const TaskSpec& value, wire::TaskSpec::Builder out) {
  out.setId(as_text(value.id.text));
  put(out, &wire::TaskSpec::Builder::setName, value.name);
  write(value.command, out.initCommand());
  write(value.resources, out.initResources());
  if (value.limits != TaskLimits{}) write(value.limits, out.initLimits());
  out.setKillGraceNs(value.kill_grace.ns);
  out.setDurationMaxNs(value.duration_max.ns);
  out.setPriority(value.priority);
  if (!value.labels.empty()) {
    write_list(value.labels, out.initLabels(count_of_list(value.labels)), kWrite);
  }
}

TaskSpec read(wire::TaskSpec::Reader in) {
  TaskSpec value;
  value.id = read_id<TaskId>(in.getId(), "task id");
  value.name = read_text(in.getName(), limits::kTextBytesMax, "task name");
  value.command = read_command(in.getCommand());
  value.resources = read(in.getResources());
  if (in.hasLimits()) value.limits = read_limits(in.getLimits());
  value.kill_grace = read_duration(in.getKillGraceNs(), "kill grace");
  value.duration_max = read_duration(in.getDurationMaxNs(), "longest duration");
  value.labels = read_labels(in.getLabels());
  value.priority = in.getPriority();
  return value;
}

void write(const LaunchTask& value, wire::LaunchTask::Builder out) {
  write(value.token, out.initToken());
  out.setRole(as_text(value.role.text));
  put(out, &wire::LaunchTask::Builder::setFrameworkName, value.framework_name);
  write(value.spec, out.initSpec());
}

LaunchTask read(wire::LaunchTask::Reader in) {
  LaunchTask value;
  value.token = read(in.getToken());
  value.role = read_role(in.getRole(), Presence::kRequired, "role");
  value.framework_name = read_text(in.getFrameworkName(), limits::kTextBytesMax, "framework name");
  value.spec = read(in.getSpec());
  return value;
}

void write(const KillTask& value, wire::KillTask::Builder out) {
  put(out, &wire::KillTask::Builder::setFramework, value.framework.text);
  out.setTask(as_text(value.task.text));
  out.setAttempt(value.attempt);
  out.setReason(to_wire(value.reason));
  out.setHasGrace(value.grace.has_value());
  out.setGraceNs(value.grace.value_or(Duration{}).ns);
}

KillTask read(wire::KillTask::Reader in) {
  KillTask value;
  // A framework speaks of its own tasks and need not name itself.
  value.framework = read_id<FrameworkId>(in.getFramework(), "framework id", Presence::kMayBeEmpty);
  value.task = read_id<TaskId>(in.getTask(), "task id");
  value.attempt = in.getAttempt();
  if (in.getHasGrace()) value.grace = read_duration(in.getGraceNs(), "kill grace");
  value.reason = from_wire(in.getReason());
  return value;
}

void write(const AcknowledgeStatus& value, wire::AcknowledgeStatus::Builder out) {
  put(out, &wire::AcknowledgeStatus::Builder::setFramework, value.framework.text);
  out.setTask(as_text(value.task.text));
  out.setAttempt(value.attempt);
  put(out, &wire::AcknowledgeStatus::Builder::setAgent, value.agent.text);
  out.setUpdate(value.update);
}

AcknowledgeStatus read(wire::AcknowledgeStatus::Reader in) {
  return {
      .framework = read_id<FrameworkId>(in.getFramework(), "framework id", Presence::kMayBeEmpty),
      .task = read_id<TaskId>(in.getTask(), "task id"),
      .attempt = in.getAttempt(),
      .agent = read_id<AgentId>(in.getAgent(), "agent id", Presence::kMayBeEmpty),
      .update = in.getUpdate()};
}

}  // namespace fairlead::codec

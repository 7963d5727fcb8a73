#include "agent/containers.h"

#include <optional>
#include <utility>

#include "agent/checkpoint.h"
#include "agent/container_spec.h"
#include "agent/garbage.h"
#include "agent/kills.h"
#include "agent/status_streams.h"
#include "agent/volumes.h"

namespace fairlead {
namespace {

std::string size_text(std::int64_t bytes) {
  return scalar_to_string("mem", bytes / 1024);
}

/// Why a launch is not taken, before anything of it is kept; nullopt: it is taken.
std::optional<UpdateFacts> refusal(const AgentContext& context, const LaunchTask& launch,
                                   const EnvelopeHeader& header) {
  const MasterLink& link = context.state.link;
  if (!is_obeyed(context, header)) {
    return UpdateFacts{TaskState::kDropped,
                       TaskReason::kStaleLaunch,
                       "launched by epoch " + std::to_string(header.epoch.number) +
                           "; this agent obeys epoch " + std::to_string(link.epoch_durable.number),
                       {},
                       {}};
  }
  if (launch.token.agent != context.state.info.id) {
    return UpdateFacts{TaskState::kDropped,
                       TaskReason::kStaleLaunch,
                       "meant for agent " + launch.token.agent.text,
                       {},
                       {}};
  }
  std::string busy = why_no_launches(context.state, context.config);
  if (busy.empty() && context.state.tasks.size() >= context.config.tasks_max) {
    busy = "the agent has " + std::to_string(context.state.tasks.size()) + " tasks, its bound";
  }
  if (!busy.empty()) {
    return UpdateFacts{TaskState::kDropped, TaskReason::kAgentOverloaded, busy, {}, {}};
  }
  Status valid = validate(launch.spec);
  if (valid) valid = check_volumes(launch.spec.resources);
  if (!valid) {
    return UpdateFacts{TaskState::kError, TaskReason::kTaskInvalid, valid.error().message, {}, {}};
  }
  std::string taken = why_volumes_taken(context.state, launch.spec.resources);
  if (!taken.empty()) {
    return UpdateFacts{TaskState::kDropped, TaskReason::kAgentOverloaded, taken, {}, {}};
  }
  return std::nullopt;
}

UpdateFacts exited_facts(const AgentTask& task, const ContainerExit& exit) {
  UpdateFacts facts{.exit = exit.exit, .usage = exit.usage};
  const TaskRecord& record = task.record;
  auto say = [&](TaskState state, TaskReason reason, std::string message) {
    facts.state = state;
    facts.reason = reason;
    facts.message = std::move(message);
    return facts;
  };
  bool never_ran = !exit.launch_error.empty();
  if (never_ran && task.is_adopted && record.phase == LaunchPhase::kAccepted) {
    return say(TaskState::kDropped, TaskReason::kAgentRestarted,
               "the agent restarted before it started: " + exit.launch_error);
  }
  if (record.kill_requested && record.kill_reason == TaskReason::kDurationLimit) {
    return say(TaskState::kFailed, TaskReason::kDurationLimit,
               "ran longer than " + std::to_string(record.launch.spec.duration_max.ms()) + " ms");
  }
  if (record.kill_requested)
    return say(TaskState::kKilled, record.kill_reason, "killed on request");
  if (never_ran && !record.gang.empty()) {
    // Others of its gang run: it is not as if nothing had happened.
    return say(TaskState::kFailed, TaskReason::kLaunchFailed, exit.launch_error);
  }
  if (never_ran && exit.is_machine_full)
    return say(TaskState::kDropped, TaskReason::kAgentOverloaded, exit.launch_error);
  if (never_ran) return say(TaskState::kFailed, TaskReason::kLaunchFailed, exit.launch_error);
  if (exit.oom_killed) {
    std::int64_t limit_kib = record.launch.spec.limits.memory_kib.value_or(
        scalars(record.launch.spec.resources)[StandardScalar::kMem]);
    return say(TaskState::kFailed, TaskReason::kMemoryLimit,
               "memory limit " + scalar_to_string("mem", limit_kib) + " exceeded; peak " +
                   size_text(exit.usage.memory_peak_bytes) + "; hint: raise --mem");
  }
  if (!exit.exit) {
    return say(TaskState::kFailed, TaskReason::kStatusLost,
               "its shim died and took the exit status with it");
  }
  if (exit.exit->signal) {
    return say(TaskState::kFailed, TaskReason::kCommandFailed,
               "killed by signal " + std::to_string(*exit.exit->signal));
  }
  std::int32_t code = exit.exit->code.value_or(0);
  if (code == 0) return say(TaskState::kFinished, TaskReason::kNone, "");
  return say(TaskState::kFailed, TaskReason::kCommandFailed,
             "exited with code " + std::to_string(code));
}

/// When the task's shim was born: an agent's restart must not lengthen the task's time.
Instant started_at(const AgentContext& context, const ShimIdentity& shim) {
  constexpr std::int64_t kNsPerS = 1'000'000'000;
  std::int64_t tick_ns = kNsPerS / context.config.clock_ticks_per_s;
  auto ticks_now = static_cast<std::uint64_t>(context.now.ns / tick_ns);
  if (shim.start_ticks == 0 || shim.start_ticks >= ticks_now) return context.now;
  return {static_cast<std::int64_t>(shim.start_ticks) * tick_ns};
}

void end(AgentContext& context, AgentTask& task, UpdateFacts facts) {
  Serial serial = serial_of(context.state, task);
  context.state.timers.disarm(TimerKind::kKill, serial);
  context.state.timers.disarm(TimerKind::kDuration, serial);
  task.stage = ContainerStage::kEnded;
  task.record.phase = LaunchPhase::kExited;
  if (task.is_abandoned) {
    // Nobody acknowledges, but the master may free the resources now.
    send_bare_status(context, task.record.launch.token, std::move(facts));
    return forget(context, task);
  }
  add_update(context, task, std::move(facts));
  save(context, task);
}

}  // namespace

bool is_obeyed(const AgentContext& context, const EnvelopeHeader& header) {
  const MasterLink& link = context.state.link;
  return link.is_registered && header.epoch == link.epoch_durable && header.session == link.session;
}

void on_launch(AgentContext& context, const LaunchTask& launch, const EnvelopeHeader& header,
               const GangId& gang) {
  AgentState& state = context.state;
  if (AgentTask* known = find_task(state, launch.token)) {
    context.reject("launch_repeated");
    return send_updates(context, *known, 0);
  }
  if (state.finished_index.count(launch.token) > 0) {
    // A framework that forgot it, from an old copy of its state: silence would keep it waiting.
    context.reject("launch_repeated");
    return send_bare_status(context, launch.token,
                            {TaskState::kGone,
                             TaskReason::kReconciliation,
                             "this attempt has ended here before; hint: use a higher one",
                             {},
                             {}});
  }
  if (std::optional<UpdateFacts> refused = refusal(context, launch, header)) {
    context.reject("launch_refused");
    return send_bare_status(context, launch.token, std::move(*refused));
  }
  AgentTask task;
  task.record = {.launch = launch,
                 .master_session = header.session,
                 .epoch = header.epoch,
                 .container = container_id(launch.token).text,
                 .phase = gang.empty() ? LaunchPhase::kAccepted : LaunchPhase::kPrepared,
                 .gang = gang};
  task.record.latest = {.framework = launch.token.framework,
                        .task = launch.token.task,
                        .attempt = launch.token.attempt,
                        .agent = state.info.id,
                        .state = TaskState::kStaging,
                        .at = context.wall(),
                        .container_path = sandbox_path(launch.token)};
  save(context, insert_task(state, std::move(task)));
}

void launch_or_end(AgentContext& context, AgentTask& task) {
  if (task.record.kill_requested) {
    return end(context, task,
               {TaskState::kKilled, task.record.kill_reason, "killed before it started", {}, {}});
  }
  task.stage = ContainerStage::kLaunching;
  context.emit(
      LaunchContainer{container_spec(context.config, context.state.info, task.record.launch)});
}

void end_unstarted(AgentContext& context, AgentTask& task, UpdateFacts facts) {
  end(context, task, std::move(facts));
}

void drop(AgentContext& context, AgentTask& task, const std::string& why) {
  send_bare_status(context, task.record.launch.token,
                   {TaskState::kDropped, TaskReason::kAgentOverloaded, why, {}, {}});
  forget(context, task);
}

void on_container_started(AgentContext& context, const ContainerStarted& started) {
  AgentTask* task = find_task(context.state, started.container);
  if (task == nullptr || task->stage != ContainerStage::kLaunching) {
    return context.reject("container_unknown");
  }
  task->stage = ContainerStage::kRunning;
  if (task->record.phase == LaunchPhase::kAccepted) {
    task->record.phase = LaunchPhase::kStarted;
    task->record.shim_pid = started.shim.pid;
    task->record.shim_start_ticks = started.shim.start_ticks;
    add_update(context, *task, {.state = TaskState::kRunning});
    save(context, *task);
  }
  Duration most = task->record.launch.spec.duration_max;
  if (most > Duration{}) {
    context.state.timers.arm(TimerKind::kDuration, serial_of(context.state, *task),
                             started_at(context, started.shim) + most);
  }
  if (task->record.kill_requested) terminate(context, *task);
}

void on_container_exited(AgentContext& context, const ContainerExit& exit) {
  AgentTask* task = find_task(context.state, exit.id);
  if (task == nullptr || task->stage == ContainerStage::kEnded) {
    return context.reject("container_unknown");
  }
  bool has_never_begun = task->is_adopted && !exit.launch_error.empty() &&
                         task->record.phase == LaunchPhase::kAccepted;
  if (has_never_begun && !task->record.gang.empty()) {
    // The agent died in between, and others of its gang run: what was decided is done now.
    task->is_adopted = false;
    return launch_or_end(context, *task);
  }
  end(context, *task, exited_facts(*task, exit));
}

void on_sampled(AgentContext& context, const ContainerSampled& sampled) {
  if (AgentTask* task = find_task(context.state, sampled.container)) task->usage = sampled.usage;
}

}  // namespace fairlead

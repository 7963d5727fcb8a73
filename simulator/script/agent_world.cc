#include "simulator/script/agent_world.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/container_spec.h"
#include "simulator/script/agent_trace.h"

namespace fairlead {
namespace {

/// Reads an optional duration option; `into` stays as it is when it is not given.
template <class Into>
Status read_duration(const ScriptLine& line, const char* key, Into& into) {
  if (!line.has(key)) return {};
  Result<Duration> value = parse_script_duration(line.option(key));
  if (!value) return value.error();
  into = *value;
  return {};
}

Result<std::int64_t> number_option(const ScriptLine& line, const char* key, std::uint64_t other) {
  return parse_script_number(line.option(key, std::to_string(other)), key);
}

std::string key_of(const CheckpointRecord& record) {
  const auto* task = std::get_if<TaskRecord>(&record);
  return task == nullptr ? "identity" : "task/" + task->container;
}

AgentInfo agent_info() {
  AgentInfo info;
  info.hostname = "host1";
  info.http_address = "host1:5051";
  info.total = *parse_resources("cpus:4;mem:4GiB;ports:[31000-31009]");
  info.version = "1";
  return info;
}

}  // namespace

AgentWorld::AgentWorld() {
  config_.sandbox_root = "/s";
  config_.meta_root = "/m";
  config_.volume_root = "/v";
}

Result<std::vector<std::string>> AgentWorld::run(const ScriptLine& line) {
  trace_.clear();
  const std::string& name = line.word(0);
  Status done = unreadable(line, "a command of tests/golden/agent/README.md");
  if (name == "config") {
    done = configure(line);
  } else if (name == "start") {
    done = start(line);
  } else if (core_ == nullptr) {
    done = unreadable(line, "start before anything else");
  } else if (name == "master") {
    done = on_master(line);
  } else if (name == "launch" || name == "prepare") {
    done = on_launch(line);
  } else if (name == "kill") {
    done = on_kill(line);
  } else if (name == "acknowledge") {
    done = on_acknowledge(line);
  } else if (name == "container") {
    done = on_container(line);
  } else if (name == "volume") {
    done = on_volume(line);
  } else if (name == "disk") {
    done = on_disk(line);
  } else if (name == "checkpoint") {
    done = on_checkpoint(line);
  } else if (name == "advance") {
    done = advance(line);
  }
  if (!done) return done.error();
  return trace_;
}

Status AgentWorld::configure(const ScriptLine& line) {
  if (line.has("checkpoint")) config_.checkpoint = line.option("checkpoint") != "off";
  Result<std::int64_t> tasks = number_option(line, "tasks_max", config_.tasks_max);
  if (!tasks) return tasks.error();
  config_.tasks_max = static_cast<std::size_t>(*tasks);
  Result<std::int64_t> part_bytes =
      number_option(line, "registration_part_bytes", config_.registration_part_bytes);
  if (!part_bytes) return part_bytes.error();
  config_.registration_part_bytes = static_cast<std::size_t>(*part_bytes);
  for (const std::string& path : split_text(line.option("leftover"), ',')) {
    config_.leftover_sandboxes.push_back({.path = path, .age = seconds(3600)});
  }
  return read_duration(line, "sandbox_age_max", config_.sandbox_age_max);
}

/// A new life: what was not durable is gone.
Status AgentWorld::start(const ScriptLine& line) {
  writes_.clear();
  boot_ = line.option("boot", boot_);
  AgentStarted started{.info = agent_info(),
                       .fresh_id = {line.option("fresh", "a1")},
                       .boot_id = boot_,
                       .session = {1},
                       .wall_at_zero = {},
                       .checkpoint = {},
                       .quarantined = {damaged_.begin(), damaged_.end()}};
  for (const auto& [key, record] : durable_) started.checkpoint.push_back(record);
  core_ = std::make_unique<AgentCore>(config_);
  step(started);
  return {};
}

Status AgentWorld::on_master(const ScriptLine& line) {
  const std::string& what = line.word(1);
  if (what == "broken" || what == "restored") {
    step(what == "broken" ? AgentEvent{MasterLinkBroken{}} : AgentEvent{MasterLinkRestored{}});
    return {};
  }
  if (what == "welcome") {
    // Every welcome begins a new session, as every connection does.
    Result<std::int64_t> epoch = number_option(line, "epoch", epoch_);
    Result<std::int64_t> session = number_option(line, "session", session_ + 1);
    if (!epoch) return epoch.error();
    Result<std::int64_t> agents = number_option(line, "agents", 0);
    Result<std::int64_t> tasks = number_option(line, "tasks", 0);
    if (!session) return session.error();
    if (!agents) return agents.error();
    if (!tasks) return tasks.error();
    epoch_ = static_cast<std::uint64_t>(*epoch);
    session_ = static_cast<std::uint64_t>(*session);
    say(line, AgentWelcome{.agent = {"a1"},
                           .cluster = {line.option("cluster", "c1")},
                           .epoch = {epoch_},
                           .heartbeat_every = seconds(5),
                           .unreachable_after = seconds(20),
                           .agents = static_cast<std::uint64_t>(*agents),
                           .tasks = static_cast<std::uint64_t>(*tasks)});
  } else if (what == "echo") {
    say(line, HeartbeatEcho{});
  } else if (what == "resync") {
    say(line, AgentResync{"lost"});
  } else if (what == "refuses") {
    bool is_gone = !line.has("code");
    say(line, AgentRefused{{is_gone ? ErrorCode::kDenied : ErrorCode::kUnsupported, line.word(2)},
                           is_gone});
  } else if (what == "runs" || what == "drops") {
    say(line, DecideGang{.framework = {line.option("framework", "f1")},
                         .gang = {line.word(2)},
                         .commit = what == "runs",
                         .why = line.word(3)});
  } else if (what == "removes") {
    say(line, FrameworkRemoved{{line.word(2)}});
  } else if (what == "destroys") {
    say(line, DestroyVolume{{.role = {line.word(2)}, .id = line.word(3)}});
  } else {
    return unreadable(line,
                      "master welcome|echo|resync|refuses|removes|runs|drops|destroys|broken|"
                      "restored");
  }
  return {};
}

Result<LaunchToken> AgentWorld::token(const ScriptLine& line) const {
  std::vector<std::string> parts = split_text(line.word(1), '#');
  if (parts.empty()) return unreadable(line, "a task");
  Result<std::int64_t> attempt = parse_script_number(parts.size() > 1 ? parts[1] : "1", "attempt");
  if (!attempt) return attempt.error();
  return LaunchToken{{line.option("framework", "f1")},
                     {parts[0]},
                     static_cast<std::uint32_t>(*attempt),
                     {line.option("agent", "a1")}};
}

Status AgentWorld::on_launch(const ScriptLine& line) {
  Result<LaunchToken> named = token(line);
  if (!named) return named.error();
  LaunchTask launch{.token = *named, .role = {"r"}, .framework_name = "one", .spec = {}};
  launch.spec.id = named->task;
  launch.spec.name = named->task.text;
  if (!line.has("empty")) launch.spec.command.argv = {"sleep", "1"};
  Result<Resources> resources = parse_resources(line.option("uses", "cpus:1;mem:64MiB"));
  if (!resources) return resources.error();
  launch.spec.resources = std::move(*resources);
  Status read = read_duration(line, "grace", launch.spec.kill_grace);
  if (read) read = read_duration(line, "duration", launch.spec.duration_max);
  if (!read) return read;
  if (line.word(0) == "prepare") {
    say(line, PrepareTask{{line.word(2)}, std::move(launch)});
  } else {
    say(line, std::move(launch));
  }
  return {};
}

Status AgentWorld::on_kill(const ScriptLine& line) {
  Result<LaunchToken> named = token(line);
  if (!named) return named.error();
  KillTask kill{.framework = named->framework,
                .task = named->task,
                .attempt = named->attempt,
                .grace = {},
                .reason = line.option("by") == "operator" ? TaskReason::kKilledByOperator
                                                          : TaskReason::kKilledByFramework};
  Status read = read_duration(line, "grace", kill.grace);
  if (read) say(line, kill);
  return read;
}

Status AgentWorld::on_acknowledge(const ScriptLine& line) {
  Result<LaunchToken> named = token(line);
  if (!named) return named.error();
  Result<std::int64_t> update = parse_script_number(line.word(2), "update");
  if (!update) return update.error();
  say(line, AcknowledgeStatus{.framework = named->framework,
                              .task = named->task,
                              .attempt = named->attempt,
                              .agent = named->agent,
                              .update = static_cast<std::uint64_t>(*update)});
  return {};
}

Status AgentWorld::on_container(const ScriptLine& line) {
  Result<LaunchToken> named = token(line);
  if (!named) return named.error();
  ContainerId id = container_id(*named);
  const std::string& what = line.word(2);
  if (what == "started") {
    Result<std::int64_t> ticks =
        number_option(line, "ticks", static_cast<std::uint64_t>(now_.ns / 10'000'000));
    if (!ticks) return ticks.error();
    step(ContainerStarted{id, {100, static_cast<std::uint64_t>(*ticks)}});
    return {};
  }
  ContainerExit exit{.id = id};
  if (what == "exits" || what == "signalled" || what == "oom") {
    std::int64_t otherwise = what == "exits" ? 0 : 9;
    Result<std::int64_t> code =
        line.word(3).empty() ? otherwise : parse_script_number(line.word(3), "exit");
    if (!code) return code.error();
    exit.exit = ExitStatus{};
    (what == "exits" ? exit.exit->code : exit.exit->signal) = static_cast<std::int32_t>(*code);
    exit.oom_killed = what == "oom";
    exit.usage.memory_peak_bytes = 64 << 20;
  } else if (what == "fails" || what == "full") {
    exit.launch_error = line.word(3);
    exit.is_machine_full = what == "full";
  } else if (what != "lost") {
    return unreadable(line, "container T started|exits|signalled|oom|fails|full|lost");
  }
  step(ContainerExited{std::move(exit)});
  return {};
}

Status AgentWorld::on_volume(const ScriptLine& line) {
  if (line.word(3) != "removed") return unreadable(line, "volume ROLE ID removed [ERROR]");
  step(VolumeRemoved{{.role = {line.word(1)}, .id = line.word(2)}, line.word(4)});
  return {};
}

Status AgentWorld::on_disk(const ScriptLine& line) {
  Result<std::int64_t> used = parse_script_number(line.word(1), "percent used");
  if (!used) return used.error();
  step(DiskSampled{.total_kib = 1000, .free_kib = 1000 - *used * 10});
  return {};
}

Status AgentWorld::on_checkpoint(const ScriptLine& line) {
  const std::string& what = line.word(1);
  if (what == "damages") {
    if (durable_.erase(line.word(2)) > 0) damaged_.insert(line.word(2));
    return {};
  }
  holds_ = what == "holds";
  outcome_ = what == "refuses" ? WriteOutcome::kRefused
             : what == "loses" ? WriteOutcome::kUnknown
                               : WriteOutcome::kPersisted;
  outcome_reason_ = line.word(2);
  bool is_known = holds_ || what == "refuses" || what == "loses" || what == "persists";
  if (!is_known) return unreadable(line, "checkpoint persists|refuses|loses|holds|damages");
  answer_writes();
  return {};
}

Status AgentWorld::advance(const ScriptLine& line) {
  Result<Duration> span = parse_script_duration(line.word(1));
  if (!span) return span.error();
  Instant end = now_ + *span;
  is_advancing_ = true;
  while (!core_->state().has_ended && core_->next_deadline() <= end) {
    now_ = std::max(now_, core_->next_deadline());
    step(TimePassed{});
  }
  is_advancing_ = false;
  now_ = end;
  return {};
}

void AgentWorld::say(const ScriptLine& line, MasterToAgent message) {
  EnvelopeHeader header;
  header.cluster = {"c1"};
  header.epoch = {std::stoull(line.option("epoch", std::to_string(epoch_)))};
  header.session = {std::stoull(line.option("session", std::to_string(session_)))};
  step(MasterSaid{header, std::move(message)});
}

void AgentWorld::step(const AgentEvent& event) {
  std::vector<AgentAction> actions;
  core_->step(now_, event, actions);
  for (const AgentAction& action : actions) {
    std::string prefix = is_advancing_ ? "at " + std::to_string(now_.ns / 1'000'000) + "ms: " : "";
    trace_.push_back(prefix + describe_agent_action(action));
    if (const auto* write = std::get_if<WriteCheckpoint>(&action)) writes_.push_back(*write);
  }
  answer_writes();
}

void AgentWorld::answer_writes() {
  while (!holds_ && !writes_.empty()) {
    WriteCheckpoint write = std::move(writes_.front());
    writes_.pop_front();
    if (outcome_ == WriteOutcome::kPersisted) {
      for (const CheckpointRecord& record : write.put) {
        durable_[key_of(record)] = record;
        damaged_.erase(key_of(record));
      }
      for (const std::string& key : write.erase) {
        durable_.erase(key);
        damaged_.erase(key);
      }
    }
    step(CheckpointWritten{write.ticket, outcome_, outcome_reason_});
  }
}

}  // namespace fairlead

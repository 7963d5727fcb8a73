#include "simulator/script/master_world.h"

#include <algorithm>

#include "simulator/script/master_trace.h"
#include "simulator/script/quota_text.h"

namespace fairlead {
namespace {

Error unreadable(const std::string& what) {
  return {ErrorCode::kInvalid, what};
}

struct KeyOf {
  std::string operator()(const ClusterRecord&) const { return "cluster"; }
  std::string operator()(const AgentRecord& r) const { return "agent/" + r.id.text; }
  std::string operator()(const FrameworkRecord& r) const { return "framework/" + r.info.id.text; }
  std::string operator()(const WeightRecord& r) const { return "weight/" + r.role.text; }
  std::string operator()(const DrainRecord& r) const { return "drain/" + r.agent.text; }
  std::string operator()(const WindowRecord& r) const { return "window/" + r.id.text; }
  std::string operator()(const GangRecord& r) const { return "gang/" + r.id.text; }
  std::string operator()(const QuotaRecord& r) const { return "quota/" + r.role.text; }
  std::string operator()(const ReservationsRecord& r) const {
    return "reservations/" + r.agent.text;
  }
};

}  // namespace

std::string script_task_key(const TaskId& task, std::uint32_t attempt) {
  return task.text + "#" + std::to_string(attempt);
}

std::pair<TaskId, std::uint32_t> parse_script_token(const std::string& text,
                                                    std::uint32_t otherwise) {
  std::size_t at = text.find('#');
  if (at == std::string::npos) return {{text}, otherwise};
  return {{text.substr(0, at)},
          static_cast<std::uint32_t>(std::strtoul(text.c_str() + at + 1, nullptr, 10))};
}

MasterWorld::MasterWorld(const PatternMatcher& patterns) : patterns_(patterns) {
  config_.agent_lease = seconds(15);
  config_.agent_reregister_timeout = seconds(60);
}

Result<std::vector<std::string>> MasterWorld::run(const ScriptLine& line) {
  trace_.clear();
  silent_ = false;
  const std::string& verb = line.word(0);
  if (verb == "config") {
    Status done = configure(line);
    if (!done) return done.error();
    return trace_;
  }
  Status done;
  if (!core_ && verb != "start") done = start(ScriptLine{});
  if (verb == "start") {
    done = start(line);
  } else if (verb == "agent") {
    done = on_agent(line);
  } else if (verb == "framework") {
    done = on_framework(line);
  } else if (verb == "demand") {
    done = on_demand(line);
  } else if (verb == "accept") {
    done = on_accept(line);
  } else if (verb == "operate") {
    done = on_operate(line);
  } else if (verb == "accept-gang") {
    done = on_accept_gang(line);
  } else if (verb == "answer") {
    done = on_answer(line);
  } else if (verb == "decline") {
    done = on_decline(line);
  } else if (verb == "kill") {
    done = on_kill(line);
  } else if (verb == "acknowledge") {
    done = on_acknowledge(line);
  } else if (verb == "reconcile") {
    done = on_reconcile(line);
  } else if (verb == "operator") {
    done = on_operator(line);
  } else if (verb == "registry") {
    done = on_registry(line);
  } else if (verb == "hosts") {
    done = on_hosts(line);
  } else if (verb == "crowd") {
    done = on_crowd(line);
  } else if (verb == "advance") {
    done = advance(line);
  } else if (verb == "show") {
    done = show(line);
  } else {
    done = unreadable("unknown command '" + verb + "'");
  }
  if (!done) return done.error();
  return trace_;
}

void MasterWorld::step(const MasterEvent& event) {
  std::vector<MasterAction> out;
  core_->step(now_, event, out);
  for (const MasterAction& action : out) note(action);
  answer_writes();
}

void MasterWorld::take_launch(Agent& agent, const LaunchTask& launch, TaskState state) {
  TaskReport report{launch.token, launch.spec.name, launch.role, launch.spec.resources, {}};
  report.priority = launch.spec.priority;
  report.status.framework = launch.token.framework;
  report.status.task = launch.token.task;
  report.status.attempt = launch.token.attempt;
  report.status.agent = launch.token.agent;
  report.status.state = state;
  agent.tasks[script_task_key(launch.token.task, launch.token.attempt)] = report;
}

/// Writes the action into the trace and lets the world remember it.
void MasterWorld::note(const MasterAction& action) {
  if (const auto* write = std::get_if<WriteRegistry>(&action)) writes_.push_back(*write);
  if (const auto* sent = std::get_if<SendToAgent>(&action)) {
    Agent& agent = agents_[sent->agent.text];
    if (const auto* launch = std::get_if<LaunchTask>(&sent->message)) {
      take_launch(agent, *launch, TaskState::kStarting);
    }
    if (const auto* prepare = std::get_if<PrepareTask>(&sent->message)) {
      take_launch(agent, prepare->launch, TaskState::kStaging);
    }
    if (const auto* ack = std::get_if<AcknowledgeStatus>(&sent->message)) {
      auto found = agent.tasks.find(script_task_key(ack->task, ack->attempt));
      bool is_over = found != agent.tasks.end() && is_terminal(found->second.status.state);
      if (is_over && found->second.status.update <= ack->update) agent.tasks.erase(found);
    }
    if (silent_ && std::holds_alternative<HeartbeatEcho>(sent->message)) return;
  }
  if (const auto* sent = std::get_if<SendToFramework>(&action)) {
    if (const auto* subscribed = std::get_if<Subscribed>(&sent->message)) {
      for (auto& [name, one] : frameworks_) {
        if (one.connection == sent->connection) one.info.id = subscribed->framework;
      }
    }
    if (silent_ && std::holds_alternative<HeartbeatEcho>(sent->message)) return;
  }
  trace_.push_back(describe(action));
}

void MasterWorld::answer_writes() {
  while (!holds_ && !writes_.empty()) answer_oldest_write();
}

void MasterWorld::answer_oldest_write() {
  WriteRegistry write = writes_.front();
  writes_.pop_front();
  if (outcome_ == WriteOutcome::kPersisted) {
    for (const RegistryRecord& record : write.put) {
      registry_[std::visit(KeyOf{}, record)] = record;
    }
    for (const std::string& key : write.erase) registry_.erase(key);
  }
  step(RegistryWritten{write.ticket, outcome_, outcome_reason_});
}

Status MasterWorld::configure(const ScriptLine& line) {
  for (const auto& [key, value] : line.options) {
    Result<Duration> duration = parse_script_duration(value);
    auto count = static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
    if (key == "agent_lease" && duration) {
      config_.agent_lease = *duration;
    } else if (key == "removals") {
      config_.agent_removals_max = count;
    } else if (key == "framework_lease" && duration) {
      config_.framework_lease = *duration;
    } else if (key == "offer_hold_max" && duration) {
      config_.offer_hold_max = *duration;
    } else if (key == "allocation_mode") {
      bool is_batch = value == "batch";
      config_.allocator.mode = is_batch ? AllocationMode::kBatch : AllocationMode::kEvent;
    } else if (key == "frameworks_per_principal") {
      config_.frameworks_per_principal_max = count;
    } else if (key == "tasks_per_agent") {
      config_.tasks_per_agent_max = count;
    } else if (key == "reclaim_after" && duration) {
      config_.allocator.reclaim_after = *duration;
    } else if (key == "reclaim_deadline" && duration) {
      config_.allocator.reclaim_deadline = *duration;
    } else if (key == "breaker_failures") {
      config_.breaker.failures_max = count;
    } else if (key == "allow") {
      // allow=PRINCIPAL:ROLE:AGENTS:weights|quotas|drains|reservations|volumes:USERS:PRIORITY, with
      // "-" for nothing
      std::vector<std::string> parts = split_text(value, ':');
      parts.resize(6, "-");
      bool is_permissive =
          config_.acl.rules.size() == 1 && config_.acl.rules[0].principal.text == "*";
      if (is_permissive) {
        config_.acl.rules.clear();
      }
      AclRule rule;
      rule.principal = {parts[0]};
      if (parts[1] != "-") rule.roles = {{parts[1]}};
      if (parts[2] != "-") rule.agents = {parts[2]};
      if (parts[3] == "weights") rule.verbs = {Verb::kSetWeight};
      if (parts[3] == "quotas") rule.verbs = {Verb::kSetQuota};
      if (parts[3] == "drains") rule.verbs = {Verb::kDrainAgent};
      if (parts[3] == "reservations") rule.verbs = {Verb::kReserve};
      if (parts[3] == "volumes") rule.verbs = {Verb::kManageVolumes};
      if (parts[4] != "-") rule.users = split_text(parts[4], ',');
      rule.priority_max = static_cast<std::int32_t>(std::strtol(parts[5].c_str(), nullptr, 10));
      config_.acl.rules.push_back(rule);
    } else {
      return unreadable("unknown setting '" + key + "'");
    }
  }
  return {};
}

Status MasterWorld::start(const ScriptLine& line) {
  std::uint64_t epoch = core_ ? core_->state().epoch.number + 1 : 1;
  if (line.has("epoch")) epoch = std::strtoull(line.option("epoch").c_str(), nullptr, 10);
  core_ = std::make_unique<MasterCore>(config_, patterns_);
  writes_.clear();
  MasterStarted started{{"c1"}, {epoch}, kWallAtZero, {}};
  for (const auto& [key, record] : registry_) started.registry.push_back(record);
  step(started);
  return {};
}

void MasterWorld::say(const Agent& agent, AgentToMaster message) {
  Sender sender{agent.connection, agent.principal, agent.session};
  step(AgentSaid{sender, agent.info.id, std::move(message)});
}

void MasterWorld::say(const Framework& framework, FrameworkToMaster message) {
  Sender sender{framework.connection, framework.info.principal, framework.session};
  step(FrameworkSaid{sender, framework.info.id, std::move(message)});
}

Status MasterWorld::on_registry(const ScriptLine& line) {
  const std::string& verb = line.word(1);
  bool is_one = verb == "refuses-one";
  holds_ = is_one || verb == "holds";
  std::size_t after_verb = line.text.find(verb) + verb.size() + 1;
  outcome_reason_ = after_verb < line.text.size() ? line.text.substr(after_verb) : std::string();
  if (verb == "persists") {
    outcome_ = WriteOutcome::kPersisted;
  } else if (verb == "refuses" || is_one) {
    outcome_ = WriteOutcome::kRefused;
  } else if (verb == "loses") {
    outcome_ = WriteOutcome::kUnknown;
  } else if (verb != "holds") {
    return unreadable("unknown registry command '" + verb + "'");
  }
  if (is_one && !writes_.empty()) answer_oldest_write();
  answer_writes();
  return {};
}

Status MasterWorld::advance(const ScriptLine& line) {
  Result<Duration> span = parse_script_duration(line.word(1));
  if (!span) return span.error();
  silent_ = true;
  std::vector<std::string> alive = split_text(line.option("alive"), ',');
  Instant end = now_ + *span;
  Instant beat = now_ + seconds(1);
  while (now_ < end) {
    Instant due = std::max(core_->next_deadline(), now_ + milliseconds(1));
    now_ = std::min({end, beat, due});
    step(TimePassed{});
    if (now_ < beat) continue;
    beat = beat + seconds(1);
    for (const std::string& name : alive) {
      if (agents_.contains(name)) say(agents_[name], AgentHeartbeat{});
      if (frameworks_.contains(name)) say(frameworks_[name], FrameworkHeartbeat{});
    }
  }
  silent_ = false;
  return {};
}

Status MasterWorld::show(const ScriptLine& line) {
  const master::MasterState& state = core_->state();
  if (line.word(1) == "agents") {
    for (std::size_t slot = 0; slot < state.agents.size(); ++slot) {
      const master::AgentEntry& one = state.agents[slot];
      if (one.phase == master::AgentPhase::kFree) continue;
      const master::Drain* drain = one.drain();
      trace_.push_back(one.id().text + " " + master::to_string(one.phase) +
                       (one.why().empty() ? "" : ": " + std::string(one.why())) +
                       (drain != nullptr && drain->record.drained.unix_ms != 0 ? ", drained" : ""));
    }
  } else if (line.word(1) == "frameworks") {
    for (const auto& [id, slot] : state.frameworks_by_id) {
      const master::FrameworkEntry& one = state.frameworks[slot];
      trace_.push_back(id.text + " " + one.info.name + " " + master::to_string(one.phase) +
                       ", offers " + std::to_string(one.offers) + ", history " +
                       std::to_string(one.completed.size()));
    }
  } else if (line.word(1) == "quotas") {
    for (const RoleQuotaUse& one : core_->allocator().quotas()) trace_.push_back(quota_line(one));
  } else if (line.word(1) == "reservations") {
    for (const auto& [agent, known] : state.reservations) {
      std::uint32_t slot = master::find_agent(state, agent);
      std::uint32_t total = slot == master::kNoSlot ? slot : state.agents[slot].total;
      trace_.push_back(agent.text + ": " + to_string(known.converted) + " of " +
                       (total == master::kNoSlot ? "nothing yet" : to_string(state.shapes[total])));
      for (const VolumeName& one : known.destroying) {
        trace_.push_back("  " + to_string(one) + " is being destroyed");
      }
    }
  } else if (line.word(1) == "windows") {
    for (const auto& [id, window] : state.windows) trace_.push_back(describe(window.record));
  } else if (line.word(1) == "answers") {
    for (const auto& [key, entry] : state.inverse_offers.entries) {
      trace_.push_back(key.window.text + " " + key.agent.text + " " + key.framework.text + " " +
                       master::to_string(entry.answer) +
                       (entry.reason.empty() ? "" : ": " + entry.reason));
    }
  } else if (line.word(1) == "tasks") {
    for (const auto& [id, slot] : state.frameworks_by_id) {
      for (std::uint32_t task : state.tasks.slots_of(FrameworkHandle{slot})) {
        trace_.push_back(describe(master::status_of(state, state.tasks[task])));
      }
    }
  } else {
    return unreadable(
        "show what? agents, frameworks, tasks, windows, answers, quotas or reservations");
  }
  return {};
}

}  // namespace fairlead

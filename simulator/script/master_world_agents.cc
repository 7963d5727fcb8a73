// What a script's agents say.
#include <algorithm>
#include <cstdlib>

#include "simulator/script/master_world.h"

namespace fairlead {
Status MasterWorld::agent_registers(Agent& agent, const ScriptLine& line) {
  std::string resources = line.word(3);
  const std::string session = line.option("session", "new");
  std::uint64_t told = std::strtoull(session.c_str(), nullptr, 10);
  if (session == "new" || told != 0) {
    agent.connection = {++connections_};
    agent.session = {told != 0 ? told : agent.session.number + 1};
  }
  agent.info.id = {line.word(1)};
  agent.info.hostname = line.option("host", "host-" + line.word(1));
  agent.principal = {line.option("as", "agents")};
  if (!resources.empty()) {
    Result<Resources> total = parse_resources(resources);
    if (!total) return total.error();
    agent.info.total = *total;
  }
  Result<Attributes> attributes = parse_attributes(line.option("attributes"));
  if (!attributes) return attributes.error();
  agent.info.attributes = *attributes;
  RegisterAgent message{agent.info, core_->state().epoch, {}};
  for (const auto& [key, report] : agent.tasks) message.tasks.push_back(report);
  if (line.has("claims")) message.agent.id = {line.option("claims")};
  if (session == "old") {
    // Long on its way: it was said before the agent knew of any task.
    Sender sender{{++connections_}, agent.principal, {agent.session.number - 1}};
    message.tasks.clear();
    step(AgentSaid{sender, agent.info.id, std::move(message)});
    return {};
  }
  if (!line.has("part")) {
    say(agent, std::move(message));
    return {};
  }
  return agent_registers_part(agent, line, std::move(message));
}

/// `part=N/M`: the Nth of M slices of the tasks.
Status MasterWorld::agent_registers_part(Agent& agent, const ScriptLine& line,
                                         RegisterAgent whole) {
  const std::string text = line.option("part");
  char* slash = nullptr;
  std::size_t part = std::strtoul(text.c_str(), &slash, 10);
  std::size_t parts = *slash == '/' ? std::strtoul(slash + 1, nullptr, 10) : 0;
  if (part == 0 || parts == 0) {
    return invalid(
        {.what = "agent registers", .where = "part", .expected = "N/M, both from 1", .got = text});
  }
  std::size_t tasks = whole.tasks.size();
  auto cut = [&](std::size_t n) {
    return whole.tasks.begin() + static_cast<std::ptrdiff_t>(tasks * std::min(n, parts) / parts);
  };
  RegisterAgentPart message{.part = static_cast<std::uint32_t>(part),
                            .parts = static_cast<std::uint32_t>(parts),
                            .content = {whole.agent, whole.epoch_seen, {}}};
  message.content.tasks.assign(cut(part - 1), cut(part));
  say(agent, std::move(message));
  return {};
}

Status MasterWorld::agent_status(Agent& agent, const ScriptLine& line) {
  auto [task, attempt] = parse_script_token(line.word(3), 1);
  Result<TaskState> state = parse_script_state(line.word(4));
  if (!state) return state.error();
  TaskStatus status;
  auto found = agent.tasks.find(script_task_key(task, attempt));
  if (found != agent.tasks.end()) status = found->second.status;
  status.task = task;
  status.attempt = attempt;
  status.agent = agent.info.id;
  if (line.has("framework")) status.framework = {line.option("framework")};
  status.state = *state;
  status.update += 1;
  status.reason = TaskReason::kNone;
  if (line.has("update")) {
    status.update = std::strtoull(line.option("update").c_str(), nullptr, 10);
  }
  if (line.option("reason") == "launch_failed") status.reason = TaskReason::kLaunchFailed;
  if (line.option("reason") == "command_failed") status.reason = TaskReason::kCommandFailed;
  status.message = line.option("message");
  if (found != agent.tasks.end() && !line.has("update")) {
    found->second.status = status;
    if (is_terminal(status.state)) found->second.resources = {};
  }
  say(agent, AgentStatusUpdate{status});
  return {};
}

Status MasterWorld::on_agent(const ScriptLine& line) {
  Agent& agent = agents_[line.word(1)];
  const std::string& verb = line.word(2);
  if (verb == "registers") return agent_registers(agent, line);
  if (verb == "status") return agent_status(agent, line);
  if (verb == "acks") {
    Epoch epoch = core_->state().epoch;
    if (line.has("epoch")) epoch = {std::strtoull(line.option("epoch").c_str(), nullptr, 10)};
    say(agent, EpochAcknowledged{epoch});
  } else if (verb == "heartbeat") {
    say(agent, AgentHeartbeat{!line.has("full"), line.option("full")});
  } else if (verb == "goodbye") {
    say(agent, AgentGoodbye{});
  } else if (verb == "broken") {
    step(AgentLinkBroken{agent.connection, agent.info.id});
  } else if (verb == "prepared") {
    auto [task, attempt] = parse_script_token(line.word(3), 1);
    say(agent,
        TaskPrepared{.gang = {line.word(4)},
                     .framework = agent.tasks[script_task_key(task, attempt)].token.framework,
                     .task = task,
                     .attempt = attempt});
  } else if (verb == "settled") {
    say(agent, GangSettled{.framework = {}, .gang = {line.word(3)}});
  } else if (verb == "destroyed") {
    say(agent, VolumeDestroyed{.volume = {.role = {line.word(3)}, .id = line.word(4)},
                               .why_not = line.word(5)});
  } else if (verb == "forgets") {
    agent.tasks.erase(line.word(3));
  } else {
    return unreadable(line, "an agent command of tests/golden/master/README.md");
  }
  return {};
}

}  // namespace fairlead

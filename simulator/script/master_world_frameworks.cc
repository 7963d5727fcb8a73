// What a script's frameworks say.
#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "simulator/script/master_world.h"
#include "simulator/script/script_constraints.h"
#include "simulator/script/script_operations.h"

namespace fairlead {
namespace {

std::vector<OfferId> offer_ids(const std::string& text) {
  std::vector<OfferId> ids;
  for (const std::string& one : split_text(text, ',')) {
    ids.push_back({static_cast<std::uint64_t>(std::strtoull(one.c_str(), nullptr, 10))});
  }
  return ids;
}

}  // namespace

MasterWorld::Framework& MasterWorld::framework(const std::string& name) {
  return frameworks_[name];
}

void MasterWorld::framework_subscribes(const std::string& name, const ScriptLine& line) {
  Framework& latest = framework(name);
  Framework late = latest;
  bool is_late = line.option("session") == "old";
  Framework& one = is_late ? late : latest;
  if (line.option("session") != "same") {
    one.connection = {++connections_};
    one.session = {is_late ? one.session.number - 1 : one.session.number + 1};
  }
  one.info.name = name;
  one.info.principal = {line.option("as", "users")};
  if (line.has("id")) one.info.id = {line.option("id")};
  if (line.has("roles")) one.info.roles = parse_script_roles(line.option("roles"));
  Result<Duration> timeout = parse_script_duration(line.option("timeout", "60s"));
  one.info.failover_timeout = timeout ? *timeout : Duration{};
  one.info.capabilities = parse_script_capabilities(line.option("can"));
  say(one, Subscribe{one.info, parse_script_roles(line.option("suppressed")),
                     parse_script_role_constraints(line.option("constraints"))});
}

Status MasterWorld::on_framework(const ScriptLine& line) {
  const std::string& verb = line.word(2);
  if (verb == "subscribes") {
    framework_subscribes(line.word(1), line);
    return {};
  }
  Framework& one = framework(line.word(1));
  if (verb == "heartbeat") {
    say(one, FrameworkHeartbeat{});
  } else if (verb == "teardown") {
    say(one, Teardown{});
  } else if (verb == "suppress") {
    say(one, Suppress{parse_script_roles(line.word(3))});
  } else if (verb == "revive") {
    say(one, Revive{parse_script_roles(line.word(3))});
  } else if (verb == "broken") {
    step(FrameworkLinkBroken{one.connection, one.info.id});
  } else {
    return Error{ErrorCode::kInvalid, "unknown framework command '" + verb + "'"};
  }
  return {};
}

Status MasterWorld::on_demand(const ScriptLine& line) {
  Framework& one = framework(line.word(1));
  RoleName role{line.word(2)};
  DemandShape shape;
  shape.name = line.word(3);
  Result<Amounts> amounts = parse_amounts(line.word(4));
  if (!amounts) return amounts.error();
  shape.amounts = *amounts;
  shape.count =
      static_cast<std::uint32_t>(std::strtoul(line.option("count", "1").c_str(), nullptr, 10));
  shape.priority =
      static_cast<std::int32_t>(std::strtol(line.option("priority", "0").c_str(), nullptr, 10));
  shape.constraints = parse_script_constraints(line.option("where"));
  shape.gang_size =
      static_cast<std::uint32_t>(std::strtoul(line.option("gang", "0").c_str(), nullptr, 10));
  std::vector<DemandShape>& shapes = one.demand[role];
  std::erase_if(shapes, [&](const DemandShape& other) { return other.name == shape.name; });
  shapes.push_back(shape);
  say(one, SetDemand{role, shapes});
  return {};
}

/// `OFFER,… T[#ATTEMPT] RESOURCES …`.
Result<AcceptOffers> MasterWorld::parse_accept(const ScriptLine& line,
                                               std::span<const std::string> words) const {
  AcceptOffers message;
  if (!words.empty()) message.offers = offer_ids(words.front());
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    TaskLaunch launch;
    std::tie(launch.spec.id, launch.attempt) = parse_script_token(words[i], 1);
    launch.spec.name = launch.spec.id.text;
    launch.spec.command.argv = {"sleep", "100"};
    launch.spec.command.user = line.option("user");
    Result<Resources> resources = parse_resources(words[i + 1]);
    if (!resources) return resources.error();
    launch.spec.resources = *resources;
    launch.spec.priority =
        static_cast<std::int32_t>(std::strtol(line.option("priority", "0").c_str(), nullptr, 10));
    message.launches.push_back(launch);
  }
  Result<Duration> refuse = parse_script_duration(line.option("refuse", "0s"));
  if (refuse) message.refuse_for = *refuse;
  return message;
}

Status MasterWorld::on_accept(const ScriptLine& line) {
  Result<AcceptOffers> message = parse_accept(line, std::span(line.words).subspan(2));
  if (!message) return message.error();
  say(framework(line.word(1)), std::move(*message));
  return {};
}

/// The same for each agent, with `+` between them.
Status MasterWorld::on_accept_gang(const ScriptLine& line) {
  AcceptGang gang;
  std::span<const std::string> words = std::span(line.words).subspan(2);
  while (!words.empty()) {
    auto end = std::find(words.begin(), words.end(), "+");
    auto count = static_cast<std::size_t>(end - words.begin());
    Result<AcceptOffers> part = parse_accept(line, words.first(count));
    if (!part) return part.error();
    gang.parts.push_back(std::move(*part));
    words = words.subspan(std::min(count + 1, words.size()));
  }
  say(framework(line.word(1)), std::move(gang));
  return {};
}

/// operate F OFFER,… ID VERB - ROLE … [+ VERB - ROLE …]; `-` is where an operator names the agent
Status MasterWorld::on_operate(const ScriptLine& line) {
  AcceptOperations message{.id = line.word(3), .offers = offer_ids(line.word(2)), .operations = {}};
  for (std::size_t i = 4; i < line.words.size();) {
    ScriptLine part{.words = {}, .options = line.options, .text = {}};
    while (i < line.words.size() && line.word(i) != "+") part.words.push_back(line.word(i++));
    ++i;
    Result<ResourceOperation> operation = parse_script_operation(part, 0);
    if (!operation) return operation.error();
    message.operations.push_back(*operation);
  }
  say(framework(line.word(1)), std::move(message));
  return {};
}

Status MasterWorld::on_decline(const ScriptLine& line) {
  Result<Duration> refuse = parse_script_duration(line.option("refuse", "5s"));
  if (!refuse) return refuse.error();
  say(framework(line.word(1)),
      DeclineOffers{offer_ids(line.word(2)), *refuse, DeclineReason::kNoWork});
  return {};
}

Status MasterWorld::on_answer(const ScriptLine& line) {
  Result<Duration> again = parse_script_duration(line.option("again", "0s"));
  if (!again) return again.error();
  AnswerInverseOffer answer{.window = {line.word(2)}, .agent = {line.word(3)}};
  answer.accepts = line.word(4) == "accepts";
  answer.reason = line.option("why");
  answer.ask_again = *again;
  say(framework(line.word(1)), std::move(answer));
  return {};
}

Status MasterWorld::on_kill(const ScriptLine& line) {
  KillTask kill;
  std::tie(kill.task, kill.attempt) = parse_script_token(line.word(2), 0);
  if (line.has("preempted")) kill.reason = TaskReason::kPreempted;
  if (std::string grace = line.option("grace", ""); !grace.empty()) {
    Result<Duration> span = parse_script_duration(grace);
    if (!span) return span.error();
    kill.grace = *span;
  }
  say(framework(line.word(1)), kill);
  return {};
}

Status MasterWorld::on_acknowledge(const ScriptLine& line) {
  AcknowledgeStatus ack;
  std::tie(ack.task, ack.attempt) = parse_script_token(line.word(2), 1);
  ack.agent = {line.word(3)};
  ack.update = std::strtoull(line.word(4).c_str(), nullptr, 10);
  say(framework(line.word(1)), ack);
  return {};
}

Status MasterWorld::on_reconcile(const ScriptLine& line) {
  Reconcile message;
  for (std::size_t i = 2; i < line.words.size(); ++i) {
    std::vector<std::string> parts = split_text(line.word(i), '@');
    ReconcileEntry entry;
    std::tie(entry.task, entry.attempt) = parse_script_token(parts[0], 0);
    if (parts.size() > 1) entry.agent = {parts[1]};
    message.tasks.push_back(entry);
  }
  say(framework(line.word(1)), std::move(message));
  return {};
}

}  // namespace fairlead

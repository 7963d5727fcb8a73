// What operators ask in a script.
#include <utility>

#include "simulator/script/master_world.h"
#include "simulator/script/script_operations.h"

namespace fairlead {
namespace {

/// operator P drain A [deadline=10m] [grace=30s] [gone]
Result<DrainAgent> drain_of(const ScriptLine& line) {
  DrainAgent drain{.agent = {line.word(3)}, .deadline = {}, .grace = {}, .mark_gone = false};
  if (line.has("deadline")) {
    Result<Duration> deadline = parse_script_duration(line.option("deadline"));
    if (!deadline) return deadline.error();
    drain.deadline = *deadline;
  }
  if (line.has("grace")) {
    Result<Duration> grace = parse_script_duration(line.option("grace"));
    if (!grace) return grace.error();
    drain.grace = *grace;
  }
  drain.mark_gone = line.word(4) == "gone";
  return drain;
}

/// operator P window A,B start=SPAN duration=SPAN [deadline=SPAN] [grace=SPAN]; start: from now on
Result<ScheduleWindow> window_of(const ScriptLine& line, WallTime now) {
  ScheduleWindow window{.agents = {}, .start = {}, .duration = {}, .deadline = {}, .grace = {}};
  for (const std::string& agent : split_text(line.word(3), ',')) window.agents.push_back({agent});
  Duration start;
  Duration grace;
  const std::pair<const char*, Duration*> spans[] = {{"start", &start},
                                                     {"duration", &window.duration},
                                                     {"deadline", &window.deadline},
                                                     {"grace", &grace}};
  for (const auto& [name, target] : spans) {
    if (!line.has(name)) continue;
    Result<Duration> value = parse_script_duration(line.option(name));
    if (!value) return value.error();
    *target = *value;
  }
  window.start = {now.unix_ms + start.ms()};
  if (line.has("grace")) window.grace = grace;
  return window;
}

/// operator P set-quota ROLE@GUARANTEE@LIMIT … [force=yes]; "-" is none
Result<SetQuota> quota_of(const ScriptLine& line) {
  SetQuota set{.change = {.settings = {}, .force = line.has("force")}};
  for (std::size_t i = 3; i < line.words.size(); ++i) {
    std::vector<std::string> parts = split_text(line.word(i), '@');
    parts.resize(3, "-");
    auto or_none = [](const std::string& text) { return text == "-" ? "" : text; };
    Result<Quota> quota = parse_quota(or_none(parts[1]), or_none(parts[2]));
    if (!quota) return quota.error();
    set.change.settings.push_back({{parts[0]}, *quota});
  }
  return set;
}

}  // namespace

Status MasterWorld::on_operator(const ScriptLine& line) {
  OperatorAsked asked{
      {++requests_}, {line.word(1)}, SetWeight{}, {kWallAtZero.unix_ms + now_.ns / 1'000'000}};
  const std::string& verb = line.word(2);
  auto framework_id = [&](std::size_t i) {
    auto found = frameworks_.find(line.word(i));
    return found == frameworks_.end() ? FrameworkId{line.word(i)} : found->second.info.id;
  };
  if (verb == "set-weight") {
    Result<std::int64_t> weight = parse_script_number(line.word(4), "weight in thousandths");
    if (!weight) return weight.error();
    asked.body = SetWeight{{line.word(3)}, *weight};
  } else if (verb == "set-quota") {
    Result<SetQuota> quota = quota_of(line);
    if (!quota) return quota.error();
    asked.body = std::move(*quota);
  } else if (verb == "deactivate") {
    asked.body = DeactivateAgent{{line.word(3)}};
  } else if (verb == "reactivate") {
    asked.body = ReactivateAgent{{line.word(3)}};
  } else if (verb == "gone") {
    asked.body = MarkAgentGone{{line.word(3)}};
  } else if (verb == "drain") {
    Result<DrainAgent> drain = drain_of(line);
    if (!drain) return drain.error();
    asked.body = *drain;
  } else if (verb == "window") {
    Result<ScheduleWindow> window = window_of(line, asked.at);
    if (!window) return window.error();
    asked.body = *window;
  } else if (verb == "cancel-window") {
    asked.body = CancelWindow{{line.word(3)}};
  } else if (is_script_operation(verb)) {
    Result<ResourceOperation> operation = parse_script_operation(line, 2);
    if (!operation) return operation.error();
    asked.body = ConvertResources{{line.word(3)}, *operation};
  } else if (verb == "teardown") {
    asked.body = TeardownFramework{framework_id(3)};
  } else if (verb == "kill") {
    asked.body = OperatorKill{framework_id(3), {line.word(4)}};
  } else {
    return Error{ErrorCode::kInvalid, "unknown operator command '" + verb + "'"};
  }
  step(asked);
  return {};
}

/// hosts H,H|all|none
Status MasterWorld::on_hosts(const ScriptLine& line) {
  HostsAllowed allowed;
  if (line.word(1) != "all") allowed.hostnames.emplace();
  if (allowed.hostnames && line.word(1) != "none") {
    allowed.hostnames = split_text(line.word(1), ',');
  }
  step(allowed);
  return {};
}

}  // namespace fairlead

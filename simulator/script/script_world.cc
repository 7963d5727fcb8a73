#include "simulator/script/script_world.h"

#include <algorithm>

#include "allocator/settings.h"
#include "simulator/script/script_operations.h"

namespace fairlead {
namespace {

/// At the end of a line: the next one happens at the same instant, before anything follows.
constexpr const char* kTogether = "&";

/// The place of `name`; it is added when it is new, as handles are given by the first mention.
std::uint32_t place_of(std::vector<std::string>& names, const std::string& name) {
  auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) at = names.insert(names.end(), name);
  return static_cast<std::uint32_t>(at - names.begin());
}

/// Some settings have short names in scripts.
std::string setting_of(const std::string& key) {
  if (key == "min") return "offer_minimum";
  return key == "exclude" ? "fair_share_excluded" : key;
}

}  // namespace

ScriptWorld::ScriptWorld(const PatternMatcher& patterns)
    : patterns_(patterns), core_(std::make_unique<AllocatorCore>(AllocatorConfig{}, patterns)) {}

AgentHandle ScriptWorld::agent(const std::string& name) {
  return {place_of(agents_, name)};
}

FrameworkHandle ScriptWorld::framework(const std::string& name) {
  return {place_of(frameworks_, name)};
}

ScriptWorld::Trace ScriptWorld::run(const ScriptLine& line) {
  if (line.words.size() < 2 || line.words.back() != kTogether) {
    Trace trace = run_command(line);
    if (trace) settle(*trace);
    return trace;
  }
  ScriptLine first = line;
  first.words.pop_back();
  return run_command(first);
}

ScriptWorld::Trace ScriptWorld::run_command(const ScriptLine& line) {
  const std::string& verb = line.word(0);
  if (verb == "config") return configure(line);
  if (verb == "agent") return on_agent(line);
  if (verb == "framework") return on_framework(line);
  if (verb == "demand") return on_demand(line);
  if (verb == "accept") return on_accept(line);
  if (verb == "decline" || verb == "expire") return on_return(line);
  if (verb == "free") return line.words.size() > 2 ? on_free(line) : show_free(line);
  if (verb == "suppress" || verb == "revive") return on_roles(line);
  if (verb == "weight") return on_weight(line);
  if (verb == "whatif") return what_if(line);
  if (verb == "awaited") return step(allocation::AgentsAwaited{line.word(1) == "yes"});
  if (verb == "quota") return line.words.size() > 1 ? on_quota(line) : show_quotas();
  if (verb == "whitelist") return on_whitelist(line);
  if (is_script_operation(verb)) return on_operation(line);
  if (verb == "advance") return advance(line);
  if (verb == "shares") return show_shares();
  if (verb == "offers") return show_offers();
  if (verb == "order") return std::vector<std::string>(core_->order());
  if (verb == "explain") return explain(line);
  if (verb == "need") return show_need(line);
  return unreadable(
      line,
      "config, agent, framework, demand, accept, decline, expire, free, suppress, "
      "revive, weight, quota, awaited, whatif, whitelist, reserve, unreserve, create-volume, "
      "destroy-volume, advance, shares, order, offers, explain or need");
}

ScriptWorld::Trace ScriptWorld::configure(const ScriptLine& line) {
  for (const auto& [key, value] : line.options) {
    if (Status set = set_setting(config_, setting_of(key), value); !set) return set.error();
  }
  Status valid = validate(config_);
  if (!valid) return valid.error();
  core_ = std::make_unique<AllocatorCore>(config_, patterns_);
  return step(allocation::TimePassed{});  // from now on the interval counts
}

ScriptWorld::Trace ScriptWorld::advance(const ScriptLine& line) {
  Result<Duration> span = parse_script_duration(line.word(1));
  if (!span) return span.error();
  Instant end = now_ + *span;
  std::vector<std::string> trace;
  while (core_->next_deadline() <= end) {
    now_ = std::max(now_, core_->next_deadline());
    Trace caused = step(allocation::TimePassed{});
    for (const std::string& one : *caused) {
      trace.push_back("at " + std::to_string(Duration{now_.ns}.ms()) + "ms: " + one);
    }
  }
  now_ = end;
  return trace;
}

void ScriptWorld::settle(std::vector<std::string>& trace) {
  while (core_->next_deadline() <= now_) {
    Trace caused = step(allocation::TimePassed{});
    trace.insert(trace.end(), caused->begin(), caused->end());
  }
}

ScriptWorld::Trace ScriptWorld::step(const allocation::Event& event) {
  std::vector<allocation::Action> actions;
  core_->step(now_, event, actions);
  std::vector<std::string> trace;
  for (const allocation::Action& action : actions) trace.push_back(describe(action));
  return trace;
}

std::string ScriptWorld::describe(const allocation::Action& action) {
  if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
    offers_[made->offer] = *made;
    return "offer " + std::to_string(made->offer.number) + " -> " +
           frameworks_[made->framework.index] + " as " + made->role.text + " on " +
           agents_[made->agent.index] + ": " + to_string(made->resources);
  }
  if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
    offers_.erase(rescinded->offer);
    return "rescind " + std::to_string(rescinded->offer.number) + " of " +
           frameworks_[rescinded->framework.index] + ": " + rescinded->reason;
  }
  if (const auto* reclaim = std::get_if<allocation::Reclaim>(&action)) {
    return describe_reclaim(*reclaim);
  }
  if (const auto* ended = std::get_if<allocation::ReclaimEnded>(&action)) {
    return "reclaim " + std::to_string(ended->id.number) + " of " +
           frameworks_[ended->victim.index] + " ended: " + ended->why;
  }
  if (const auto* told = std::get_if<allocation::DemandImpossible>(&action)) {
    const std::string demand = "demand " + told->role.text + "/" + told->shape + " of " +
                               frameworks_[told->framework.index];
    return demand + (told->why.empty() ? " is possible again" : " is impossible: " + told->why);
  }
  return "reject: " + std::get<allocation::RejectEvent>(action).error.message;
}

}  // namespace fairlead

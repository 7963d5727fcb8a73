#include "simulator/script/script_world.h"

#include <algorithm>

namespace fairlead {
namespace {

/// The place of `name`; it is added when it is new, as handles are given by the first mention.
std::uint32_t place_of(std::vector<std::string>& names, const std::string& name) {
  auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) at = names.insert(names.end(), name);
  return static_cast<std::uint32_t>(at - names.begin());
}

}  // namespace

ScriptWorld::ScriptWorld() : core_(std::make_unique<AllocatorCore>(AllocatorConfig{})) {}

AgentHandle ScriptWorld::agent(const std::string& name) {
  return {place_of(agents_, name)};
}

FrameworkHandle ScriptWorld::framework(const std::string& name) {
  return {place_of(frameworks_, name)};
}

ScriptWorld::Trace ScriptWorld::run(const ScriptLine& line) {
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
  if (verb == "quota") return line.words.size() > 1 ? on_quota(line) : show_quotas();
  if (verb == "advance") return advance(line);
  if (verb == "shares") return show_shares();
  if (verb == "offers") return show_offers();
  if (verb == "order") return std::vector<std::string>(core_->order());
  if (verb == "explain") return explain(line);
  return unreadable(line,
                    "config, agent, framework, demand, accept, decline, expire, free, suppress, "
                    "revive, weight, quota, advance, shares, order, offers or explain");
}

ScriptWorld::Trace ScriptWorld::configure(const ScriptLine& line) {
  for (const auto& [key, value] : line.options) {
    if (key == "min") {
      Result<Amounts> least = parse_amounts(value);
      if (!least) return least.error();
      config_.allocatable_cpu_milli_min = least->scalars[StandardScalar::kCpus];
      config_.allocatable_mem_kib_min = least->scalars[StandardScalar::kMem];
      continue;
    }
    if (key == "seed") {
      Result<std::int64_t> seed = parse_script_number(value, "seed");
      if (!seed) return seed.error();
      config_.seed = static_cast<std::uint64_t>(*seed);
      continue;
    }
    if (key == "lease_unanswered_max") {
      Result<std::int64_t> most = parse_script_number(value, key);
      if (!most) return most.error();
      config_.lease_unanswered_max = *most;
      continue;
    }
    Result<Duration> duration = parse_script_duration(value);
    if (!duration) return duration.error();
    if (key == "accumulate_after") {
      config_.accumulate_after = *duration;
    } else if (key == "accumulate_max") {
      config_.accumulate_max = *duration;
    } else if (key == "backoff_min") {
      config_.backoff_min = *duration;
    } else if (key == "backoff_max") {
      config_.backoff_max = *duration;
    } else if (key == "lease_free") {
      config_.lease_free = *duration;
    } else if (key == "lease_doubling") {
      config_.lease_doubling = *duration;
    } else if (key == "lease_half_life") {
      config_.lease_half_life = *duration;
    } else {
      return unreadable(line, "a row of the configuration");
    }
  }
  Status valid = validate(config_);
  if (!valid) return valid.error();
  core_ = std::make_unique<AllocatorCore>(config_);
  return std::vector<std::string>{};
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
  return "reject: " + std::get<allocation::RejectEvent>(action).error.message;
}

}  // namespace fairlead

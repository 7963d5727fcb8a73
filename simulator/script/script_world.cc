#include "simulator/script/script_world.h"

#include <algorithm>

namespace fairlead {
namespace {

Error unreadable(const ScriptLine& line, const std::string& expected) {
  return invalid(
      {.what = "command", .where = "", .expected = expected, .got = line.text, .hint = ""});
}

/// The place of `name`; it is added when it is new, as handles are given by the first mention.
std::uint32_t place_of(std::vector<std::string>& names, const std::string& name) {
  auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) at = names.insert(names.end(), name);
  return static_cast<std::uint32_t>(at - names.begin());
}

/// "rack:r1" equals, "!rack:r1" does not equal, "rack" exists, "!rack" does not; comma-separated.
std::vector<Constraint> parse_constraints(const std::string& text) {
  std::vector<Constraint> constraints;
  for (std::string& one : split_text(text, ',')) {
    bool negated = one.starts_with('!');
    if (negated) one.erase(0, 1);
    std::size_t colon = one.find(':');
    Constraint constraint{.attribute = one.substr(0, colon)};
    if (colon != std::string::npos) constraint.value = one.substr(colon + 1);
    if (colon == std::string::npos) {
      constraint.rule = negated ? ConstraintRule::kNotExists : ConstraintRule::kExists;
    } else {
      constraint.rule = negated ? ConstraintRule::kNotEquals : ConstraintRule::kEquals;
    }
    constraints.push_back(std::move(constraint));
  }
  return constraints;
}

/// What `text` asks for, as lots of `have`; "all" is everything, "none" nothing.
Result<Resources> part_of(const Resources& have, const std::string& text, const RoleName& role) {
  if (text == "all") return have;
  if (text == "none") return Resources{};
  Result<Amounts> amounts = parse_amounts(text);
  if (!amounts) return amounts.error();
  std::optional<Resources> part = take(have, *amounts, role);
  return part ? *part : plain(*amounts);  // the allocator says what is wrong with it
}

std::string or_nothing(const std::string& text) {
  return text.empty() ? "nothing" : text;
}

std::vector<std::string> lines_of(const std::string& text) {
  return split_text(text, '\n');
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
    } else {
      return unreadable(line, "a row of the configuration");
    }
  }
  Status valid = validate(config_);
  if (!valid) return valid.error();
  core_ = std::make_unique<AllocatorCore>(config_);
  return std::vector<std::string>{};
}

ScriptWorld::Trace ScriptWorld::on_agent(const ScriptLine& line) {
  const std::string& verb = line.word(1);
  const std::string& name = line.word(2);
  if (name.empty()) return unreadable(line, "agent add|change|remove|pause|resume NAME ...");
  if (verb == "remove") {
    std::erase_if(holdings_, [&](const auto& one) { return std::get<0>(one.first) == name; });
    return step(allocation::AgentRemoved{agent(name)});
  }
  if (verb == "pause") {
    return step(allocation::AgentPaused{agent(name), line.option("why", "paused")});
  }
  if (verb == "resume") return step(allocation::AgentResumed{agent(name)});
  Result<Resources> total = parse_resources(line.word(3));
  if (!total) return total.error();
  Result<Attributes> attributes = parse_attributes(line.option("attributes"));
  if (!attributes) return attributes.error();
  if (verb == "change") {
    return step(allocation::AgentChanged{agent(name), *total, *attributes});
  }
  if (verb != "add") return unreadable(line, "agent add|change|remove|pause|resume NAME ...");
  allocation::AgentAdded added;
  added.agent = agent(name);
  added.text = AgentText({.id = name, .hostname = name, .http_address = {}});
  added.total = *total;
  added.attributes = *attributes;
  added.offers_paused = line.has("paused");
  // holds=FRAMEWORK@ROLE@RESOURCES
  std::vector<std::string> held = split_text(line.option("holds"), '@');
  if (held.size() == 3) {
    Result<Resources> resources = parse_resources(held[2]);
    if (!resources) return resources.error();
    added.holdings.push_back({framework(held[0]), {held[1]}, *resources});
    holdings_[{name, held[0], held[1]}] = *resources;
  }
  return step(added);
}

ScriptWorld::Trace ScriptWorld::on_framework(const ScriptLine& line) {
  const std::string& verb = line.word(1);
  const std::string& name = line.word(2);
  std::vector<RoleName> roles = parse_script_roles(line.option("roles"));
  std::vector<RoleName> suppressed = parse_script_roles(line.option("suppressed"));
  if (name.empty()) return unreadable(line, "framework VERB NAME ...");
  if (verb == "add") {
    return step(allocation::FrameworkAdded{
        framework(name), {name}, roles, suppressed, !line.has("inactive")});
  }
  if (verb == "change")
    return step(allocation::FrameworkChanged{framework(name), roles, suppressed});
  if (verb == "activate") return step(allocation::FrameworkActivated{framework(name), true});
  if (verb == "deactivate") return step(allocation::FrameworkActivated{framework(name), false});
  if (verb == "remove") return step(allocation::FrameworkRemoved{framework(name)});
  return unreadable(line, "framework add|change|activate|deactivate|remove NAME ...");
}

ScriptWorld::Trace ScriptWorld::on_demand(const ScriptLine& line) {
  if (line.words.size() < 4) return unreadable(line, "demand FRAMEWORK ROLE SHAPE AMOUNTS count=N");
  std::vector<DemandShape>& shapes = demands_[{line.word(1), line.word(2)}];
  if (line.word(3) == "none") {
    shapes.clear();
  } else {
    Result<Amounts> amounts = parse_amounts(line.word(4));
    if (!amounts) return amounts.error();
    Result<std::int64_t> count = parse_script_number(line.option("count", "1"), "count");
    if (!count) return count.error();
    Result<std::int64_t> priority = parse_script_number(line.option("priority", "0"), "priority");
    if (!priority) return priority.error();
    Result<std::int64_t> most = parse_script_number(line.option("per_agent_max", "0"), "most");
    if (!most) return most.error();
    DemandShape shape{.name = line.word(3), .amounts = *amounts};
    shape.count = static_cast<std::uint32_t>(*count);
    shape.priority = static_cast<std::int32_t>(*priority);
    shape.per_agent_max = static_cast<std::uint32_t>(*most);
    shape.constraints = parse_constraints(line.option("where"));
    std::erase_if(shapes, [&](const DemandShape& one) { return one.name == shape.name; });
    shapes.push_back(std::move(shape));
  }
  return step(allocation::DemandSet{framework(line.word(1)), {line.word(2)}, shapes});
}

ScriptWorld::Trace ScriptWorld::on_accept(const ScriptLine& line) {
  Result<std::int64_t> number = parse_script_number(line.word(1), "offer");
  if (!number) return number.error();
  OfferId id{static_cast<std::uint64_t>(*number)};
  allocation::OfferResolved resolved{.offer = id};
  auto offer = offers_.find(id);
  if (offer != offers_.end()) {
    const allocation::MakeOffer& made = offer->second;
    Result<Resources> used = part_of(made.resources, line.word(2), made.role);
    if (!used) return used.error();
    resolved.used = *used;
    Resources& held =
        holdings_[{agents_[made.agent.index], frameworks_[made.framework.index], made.role.text}];
    if (contains(made.resources, *used)) {
      add(held, *used);
      offers_.erase(offer);
    }
  }
  Result<Duration> refuse_for = parse_script_duration(line.option("for", "0s"));
  if (!refuse_for) return refuse_for.error();
  resolved.refuse_for = *refuse_for;
  return step(resolved);
}

ScriptWorld::Trace ScriptWorld::on_return(const ScriptLine& line) {
  Result<std::int64_t> number = parse_script_number(line.word(1), "offer");
  if (!number) return number.error();
  Result<Duration> refuse_for = parse_script_duration(line.option("for", "0s"));
  if (!refuse_for) return refuse_for.error();
  OfferId id{static_cast<std::uint64_t>(*number)};
  offers_.erase(id);
  return step(allocation::OfferResolved{
      .offer = id, .used = {}, .refuse_for = *refuse_for, .declined = line.word(0) == "decline"});
}

ScriptWorld::Trace ScriptWorld::on_free(const ScriptLine& line) {
  if (line.words.size() != 5) return unreadable(line, "free AGENT FRAMEWORK ROLE AMOUNTS|all");
  RoleName role{line.word(3)};
  Resources& held = holdings_[{line.word(1), line.word(2), line.word(3)}];
  Result<Resources> part = part_of(held, line.word(4), role);
  if (!part) return part.error();
  if (contains(held, *part)) subtract(held, *part);
  return step(
      allocation::HoldingFreed{agent(line.word(1)), {framework(line.word(2)), role, *part}});
}

ScriptWorld::Trace ScriptWorld::on_roles(const ScriptLine& line) {
  std::vector<RoleName> roles = parse_script_roles(line.option("roles"));
  if (line.words.size() < 2) return unreadable(line, "suppress|revive FRAMEWORK [roles=A,B]");
  if (line.word(0) == "suppress") {
    return step(allocation::RolesSuppressed{framework(line.word(1)), roles});
  }
  return step(allocation::RolesRevived{framework(line.word(1)), roles});
}

ScriptWorld::Trace ScriptWorld::on_weight(const ScriptLine& line) {
  Result<Amounts> weight = parse_amounts("cpus:" + line.word(2));
  if (!weight) return unreadable(line, "weight ROLE NUMBER");
  return step(allocation::WeightSet{{line.word(1)}, weight->scalars[StandardScalar::kCpus]});
}

ScriptWorld::Trace ScriptWorld::on_quota(const ScriptLine& line) {
  Quota quota;
  Result<StandardAmounts> guarantees =
      parse_quota_amounts(line.option("guarantee"), quota.guarantees);
  if (!guarantees) return guarantees.error();
  Result<StandardAmounts> limits = parse_quota_amounts(line.option("limit"), quota.limits);
  if (!limits) return limits.error();
  quota = {.guarantees = *guarantees, .limits = *limits};
  const RoleName role{line.word(1)};
  if (line.has("check")) {
    std::map<RoleName, Quota> quotas;
    for (const RoleQuotaUse& one : core_->quotas()) quotas[one.role] = one.quota;
    Status valid = check_quotas(
        quotas, {.role = role, .quota = quota, .force = line.option("check") == "force"},
        core_->cluster_total());
    if (!valid) return std::vector<std::string>{"refused: " + valid.error().message};
  }
  return step(allocation::QuotaSet{role, quota});
}

ScriptWorld::Trace ScriptWorld::show_quotas() const {
  std::vector<std::string> lines;
  for (const RoleQuotaUse& one : core_->quotas()) {
    lines.push_back("role " + one.role.text + ": " + to_string(one.quota) + ", consumed " +
                    to_string(one.consumed, {}) + ", held " + to_string(one.held, {}));
  }
  return lines;
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

ScriptWorld::Trace ScriptWorld::show_shares() const {
  std::vector<std::string> lines;
  for (const RoleShare& role : core_->role_shares()) {
    std::string line = "role " + role.role.text + ": " + std::to_string(role.per_mille) + "/1000";
    if (!role.dominant.empty()) line += " of " + role.dominant;
    if (role.weight_milli != 1000)
      line += ", weight " + std::to_string(role.weight_milli) + "/1000";
    lines.push_back(line + ", held " + or_nothing(to_string(role.allocated)) + ", offered " +
                    or_nothing(to_string(role.offered)));
  }
  for (const FrameworkShare& one : core_->framework_shares()) {
    lines.push_back("framework " + one.framework.text + " in " + one.role.text + ": " +
                    std::to_string(one.per_mille) + "/1000, held " +
                    or_nothing(to_string(one.allocated)) + ", offered " +
                    or_nothing(to_string(one.offered)) + (one.wants ? ", wants" : ""));
  }
  return lines;
}

ScriptWorld::Trace ScriptWorld::show_offers() const {
  std::vector<std::string> lines;
  for (const OutstandingOffer& offer : core_->offers()) {
    lines.push_back("offer " + std::to_string(offer.offer.number) + ": " +
                    frameworks_[offer.framework.index] + " as " + offer.role.text + " on " +
                    agents_[offer.agent.index] + ": " + to_string(offer.resources));
  }
  return lines;
}

ScriptWorld::Trace ScriptWorld::show_free(const ScriptLine& line) {
  Result<Resources> free = core_->free(agent(line.word(1)));
  if (!free) return free.error();
  return std::vector<std::string>{or_nothing(to_string(*free))};
}

ScriptWorld::Trace ScriptWorld::explain(const ScriptLine& line) {
  Result<Explanation> why = core_->explain(framework(line.word(1)), {line.word(2)}, line.word(3));
  if (!why) return std::vector<std::string>{why.error().message};
  return lines_of(to_text(*why));
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

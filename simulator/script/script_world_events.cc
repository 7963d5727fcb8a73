// What a script does to the allocator: one event a command.
#include "simulator/script/script_constraints.h"
#include "simulator/script/script_world.h"

namespace fairlead {
namespace {

/// What `text` asks for, as lots of `have`; "all" is everything, "none" nothing.
Result<Resources> part_of(const Resources& have, const std::string& text, const RoleName& role) {
  if (text == "all") return have;
  if (text == "none") return Resources{};
  Result<Amounts> amounts = parse_amounts(text);
  if (!amounts) return amounts.error();
  std::optional<Resources> part = take(have, *amounts, role);
  return part ? *part : plain(*amounts);  // the allocator says what is wrong with it
}

/// "a@cpus:2|mem:4GiB,b@none": the least offer for each role.
Result<std::map<RoleName, OfferMinimum>> parse_minimums(const std::string& text) {
  std::map<RoleName, OfferMinimum> minimums;
  for (const std::string& one : split_text(text, ',')) {
    std::size_t at = one.find('@');
    Result<OfferMinimum> minimum =
        parse_offer_minimum(at == std::string::npos ? "" : one.substr(at + 1));
    if (!minimum) return minimum.error();
    minimums[{one.substr(0, at)}] = *minimum;
  }
  return minimums;
}

}  // namespace

Result<Duration> ScriptWorld::refuse_for(const ScriptLine& line) const {
  constexpr Duration kDefault{-1};
  if (line.option("for") == "default") return kDefault;
  bool is_said = line.has("for") || line.word(0) == "expire";
  if (is_said) return parse_script_duration(line.option("for", "0s"));
  return config_.mode == AllocationMode::kBatch ? kDefault : Duration{};
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
  totals_[name] = {*total, *attributes};
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
  Result<std::map<RoleName, OfferMinimum>> minimums = parse_minimums(line.option("min"));
  if (!minimums) return minimums.error();
  if (verb == "add") {
    return step(
        allocation::FrameworkAdded{framework(name),
                                   {name},
                                   roles,
                                   suppressed,
                                   !line.has("inactive"),
                                   *minimums,
                                   parse_script_capabilities(line.option("can")),
                                   parse_script_role_constraints(line.option("constraints"))});
  }
  if (verb == "change") {
    return step(
        allocation::FrameworkChanged{framework(name), roles, suppressed, *minimums,
                                     parse_script_capabilities(line.option("can")),
                                     parse_script_role_constraints(line.option("constraints"))});
  }
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
    Result<std::int64_t> gang = parse_script_number(line.option("gang", "0"), "gang");
    if (!gang) return gang.error();
    shape.gang_size = static_cast<std::uint32_t>(*gang);
    shape.prefer = parse_script_constraints(line.option("prefer"));
    shape.revocable = line.option("revocable") == "yes";
    shape.constraints = parse_script_constraints(line.option("where"));
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
  Result<Duration> refused = refuse_for(line);
  if (!refused) return refused.error();
  resolved.refuse_for = *refused;
  Result<std::int64_t> priority = parse_script_number(line.option("priority", "0"), "priority");
  if (!priority) return priority.error();
  if (*priority != 0) {
    resolved.priorities = {{static_cast<std::int32_t>(*priority), reclaimable(resolved.used)}};
  }
  return step(resolved);
}

ScriptWorld::Trace ScriptWorld::on_return(const ScriptLine& line) {
  Result<std::int64_t> number = parse_script_number(line.word(1), "offer");
  if (!number) return number.error();
  Result<Duration> refused = refuse_for(line);
  if (!refused) return refused.error();
  OfferId id{static_cast<std::uint64_t>(*number)};
  offers_.erase(id);
  return step(allocation::OfferResolved{.offer = id,
                                        .used = {},
                                        .refuse_for = *refused,
                                        .declined = line.word(0) == "decline",
                                        .expired = line.word(0) == "expire"});
}

ScriptWorld::Trace ScriptWorld::on_free(const ScriptLine& line) {
  if (line.words.size() != 5) return unreadable(line, "free AGENT FRAMEWORK ROLE AMOUNTS|all");
  RoleName role{line.word(3)};
  Resources& held = holdings_[{line.word(1), line.word(2), line.word(3)}];
  Result<Resources> part = part_of(held, line.word(4), role);
  if (!part) return part.error();
  if (contains(held, *part)) subtract(held, *part);
  Result<std::int64_t> priority = parse_script_number(line.option("priority", "0"), "priority");
  if (!priority) return priority.error();
  return step(allocation::HoldingFreed{
      agent(line.word(1)),
      {framework(line.word(2)), role, *part, static_cast<std::int32_t>(*priority)}});
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
  Result<Quota> quota = parse_quota(line.option("guarantee"), line.option("limit"));
  if (!quota) return quota.error();
  const RoleName role{line.word(1)};
  if (line.has("check")) {
    std::map<RoleName, Quota> quotas;
    for (const RoleQuotaUse& one : core_->quotas()) quotas[one.role] = one.quota;
    Status valid = check_quotas(
        quotas, {.settings = {{role, *quota}}, .force = line.option("check") == "force"},
        core_->cluster_total());
    if (!valid) return std::vector<std::string>{"refused: " + valid.error().message};
  }
  return step(allocation::QuotaSet{role, *quota, line.has("more")});
}

ScriptWorld::Trace ScriptWorld::on_whitelist(const ScriptLine& line) {
  const std::string& hosts = line.word(1);
  if (hosts.empty()) return unreadable(line, "whitelist HOST,HOST|none|all");
  if (hosts == "all") return step(allocation::WhitelistSet{std::nullopt});
  if (hosts == "none") return step(allocation::WhitelistSet{std::vector<std::string>{}});
  return step(allocation::WhitelistSet{split_text(hosts, ',')});
}

}  // namespace fairlead

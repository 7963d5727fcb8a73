// What a script asks the allocator.
#include "simulator/script/quota_text.h"
#include "simulator/script/script_world.h"

namespace fairlead {
namespace {

std::string or_nothing(const std::string& text) {
  return text.empty() ? "nothing" : text;
}

std::string debt_text(const StandardAmounts& debt) {
  std::string text = to_string(debt, {});
  return debt == StandardAmounts{} ? "" : ", owes " + text;
}

std::vector<std::string> lines_of(const std::string& text) {
  return split_text(text, '\n');
}

}  // namespace

ScriptWorld::Trace ScriptWorld::show_quotas() const {
  std::vector<std::string> lines;
  for (const RoleQuotaUse& one : core_->quotas()) {
    lines.push_back(quota_line(one));
  }
  return lines;
}

ScriptWorld::Trace ScriptWorld::show_shares() const {
  std::vector<std::string> lines;
  for (const RoleShare& role : core_->role_shares()) {
    std::string line = "role " + role.role.text + ": " + std::to_string(role.per_mille) + "/1000";
    if (!role.dominant.empty()) line += " of " + role.dominant;
    if (role.weight_milli != 1000)
      line += ", weight " + std::to_string(role.weight_milli) + "/1000";
    lines.push_back(line + ", held " + or_nothing(to_string(role.allocated)) + ", offered " +
                    or_nothing(to_string(role.offered)) + debt_text(role.debt));
  }
  for (const FrameworkShare& one : core_->framework_shares()) {
    lines.push_back("framework " + one.framework.text + " in " + one.role.text + ": " +
                    std::to_string(one.per_mille) + "/1000, held " +
                    or_nothing(to_string(one.allocated)) + ", offered " +
                    or_nothing(to_string(one.offered)) + debt_text(one.debt) +
                    (one.wants ? ", wants" : ""));
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

ScriptWorld::Trace ScriptWorld::what_if(const ScriptLine& line) {
  const RoleName role{line.word(2)};
  std::vector<allocation::Event> events;
  if (line.word(1) == "quota") {
    Result<Quota> quota = parse_quota(line.option("guarantee"), line.option("limit"));
    if (!quota) return quota.error();
    events.emplace_back(allocation::QuotaSet{role, *quota});
  } else if (line.word(1) == "weight") {
    Result<Amounts> weight = parse_amounts("cpus:" + line.word(3));
    if (!weight) return weight.error();
    events.emplace_back(allocation::WeightSet{role, weight->scalars[StandardScalar::kCpus]});
  } else {
    return unreadable(line, "whatif quota ROLE … or whatif weight ROLE NUMBER");
  }
  Result<WhatIf> found = core_->what_if(events);
  if (!found) return std::vector<std::string>{"refused: " + found.error().message};
  return what_if_lines(*found, {.agents = agents_, .frameworks = frameworks_});
}

ScriptWorld::Trace ScriptWorld::explain(const ScriptLine& line) {
  Result<std::int64_t> agents = parse_script_number(line.option("agents", "0"), "agents");
  if (!agents) return agents.error();
  Result<std::int64_t> after = parse_script_number(line.option("after", "0"), "after");
  if (!after) return after.error();
  Result<Explanation> why = core_->explain(framework(line.word(1)), {line.word(2)}, line.word(3),
                                           {.now = now_,
                                            .offer_hold_max = {},
                                            .agents_after = static_cast<std::size_t>(*after),
                                            .agents_max = static_cast<std::size_t>(*agents),
                                            .with_changes = line.has("full")});
  if (!why) return std::vector<std::string>{why.error().message};
  std::string text = to_text(*why);
  if (line.has("full") || line.has("agents")) text += to_long_text(*why);
  return lines_of(text);
}

}  // namespace fairlead

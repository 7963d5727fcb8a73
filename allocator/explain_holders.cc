#include <algorithm>
#include <map>

#include "allocator/explain_parts.h"
#include "allocator/roles.h"
#include "allocator/shares.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// What is missing most of, of what the shape asks for.
std::string scarcest_of(const Near& near, const Amounts& need) {
  std::string name;
  dominant_of(near.answer.missing, need.scalars, &name);
  return name;
}

std::int64_t amount_of(const Quantities& quantities, const std::string& resource) {
  if (auto place = place_of_scalar(resource)) return quantities.standard[*place];
  for (const CustomScalar& one : quantities.custom) {
    if (one.name == resource) return one.milli;
  }
  return 0;
}

std::vector<AgentHolder> holders_on(const State& state, const Agent& agent, Instant now) {
  std::map<ClientIndex, AgentHolder> holders;
  auto of = [&](ClientIndex client) -> AgentHolder& {
    AgentHolder& one = holders[client];
    if (one.name.empty()) one.name = name_of(state, client);
    return one;
  };
  for (const ClientHolding& holding : agent.holdings()) {
    add(of(holding.client).held, scalars(holding.resources));
  }
  for (OfferId id : agent.offers()) {
    const Offered& offer = state.offers.at(id);
    AgentHolder& one = of(offer.client);
    add(one.offered, scalars(offer.resources));
    one.offered_for = std::max(one.offered_for, now - offer.since);
  }
  std::vector<AgentHolder> all;
  for (auto& [client, holder] : holders) all.push_back(std::move(holder));
  return all;
}

HeldAgent held_agent(const Question& question, const Near& near, Instant now) {
  const Agent& agent = agent_of(question.state, near.agent);
  HeldAgent held{.agent = agent.id(),
                 .missing = verdict_of(question, near.agent, near.answer).missing};
  const std::string scarcest = scarcest_of(near, question.shape.amounts);
  held.holders = holders_on(question.state, agent, now);
  auto amount = [&](const AgentHolder& one) {
    return amount_of(one.held, scarcest) + amount_of(one.offered, scarcest);
  };
  std::erase_if(held.holders,
                [&](const AgentHolder& one) { return !scarcest.empty() && amount(one) == 0; });
  std::sort(held.holders.begin(), held.holders.end(),
            [&](const AgentHolder& a, const AgentHolder& b) {
              return amount(a) != amount(b) ? amount(a) > amount(b) : a.name < b.name;
            });
  if (held.holders.size() > limits::kExplainHoldersMax) {
    held.left_out = held.holders.size() - limits::kExplainHoldersMax;
    held.holders.resize(limits::kExplainHoldersMax);
  }
  return held;
}

/// The part of the cluster that the weights on the way down leave for the role.
std::int64_t fair_per_mille(const State& state, RoleIndex role) {
  std::int64_t micro = 1'000'000;
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    std::int64_t weight = role_of(state, at).weight_milli;
    std::int64_t weights = role_of(state, role_of(state, at).parent).competing_weights;
    if (weights <= weight) continue;
    micro = static_cast<std::int64_t>(static_cast<__int128>(micro) * weight / weights);
  }
  return micro / 1000;
}

}  // namespace

void find_holders(const Question& question, const Survey& survey, Instant now,
                  Explanation& explanation) {
  for (const Near& near : survey.short_of) {
    HeldAgent held = held_agent(question, near, now);
    if (!held.holders.empty()) explanation.holders.push_back(std::move(held));
  }
  const State& state = question.state;
  std::int64_t cluster = amount_of(state.cluster, survey.scarcest);
  if (cluster == 0) return;
  for (const auto& [path, index] : state.roles_by_path) {
    const RoleNode& role = role_of(state, index);
    RoleHold hold{.role = path, .amount = amount_of(role.subtree.used, survey.scarcest)};
    if (hold.amount == 0) continue;
    hold.per_mille = static_cast<std::int64_t>(static_cast<__int128>(hold.amount) * 1000 / cluster);
    hold.fair_per_mille = fair_per_mille(state, index);
    auto place = place_of_scalar(survey.scarcest);
    if (role.quota != nullptr && place) hold.guarantee = role.quota->quota.guarantees[*place];
    explanation.roles.push_back(std::move(hold));
  }
  std::stable_sort(explanation.roles.begin(), explanation.roles.end(),
                   [](const RoleHold& a, const RoleHold& b) { return a.amount > b.amount; });
  if (explanation.roles.size() > limits::kExplainHoldersMax) {
    explanation.roles.resize(limits::kExplainHoldersMax);
  }
}

}  // namespace fairlead::allocation

#include "allocator/abilities.h"

#include <algorithm>

#include "allocator/conditions.h"
#include "allocator/impossible.h"
#include "allocator/lots.h"
#include "allocator/offers.h"

namespace fairlead::allocation {
namespace {

ConstraintGroups groups_of(const std::vector<RoleConstraints>& all, const RoleName& role) {
  for (const RoleConstraints& one : all) {
    if (one.role == role) return one.groups;
  }
  return {};
}

bool may_still_have(const State& state, const Offered& offer) {
  return may_see(state, offer.client, place_of(agent_of(state, offer.agent))) &&
         takes_all(state, offer.client, offer.resources);
}

void rescind_forbidden(Context& context, std::vector<OfferId> offers, const char* reason) {
  std::erase_if(offers, [&](OfferId id) {
    return may_still_have(context.state, context.state.offers.at(id));
  });
  rescind_all(context, offers, reason);
}

}  // namespace

Status check_abilities(const State& state, const std::vector<RoleName>& roles,
                       const Abilities& abilities, const char* event) {
  return check_constraints(abilities.offer_constraints, roles, state.patterns, event);
}

void set_abilities(Context& context, FrameworkHandle handle, const Abilities& abilities) {
  State& state = context.state;
  Framework& framework = framework_of(state, handle);
  bool can_other = framework.capabilities != abilities.capabilities;
  framework.capabilities = abilities.capabilities;
  for (const auto& [role, index] : framework.clients) {
    Client& client = client_of(state, index);
    if (!client.subscribed) continue;
    ConstraintGroups groups = groups_of(abilities.offer_constraints, role);
    if (!can_other && client.offer_constraints == groups) continue;
    client.offer_constraints = std::move(groups);
    rescind_forbidden(context, state.offers.numbers(client.offers),
                      "the framework asks for other agents or resources now");
    forget_judgements(context, index);
    context.touched.clients.push_back(index);
  }
}

void rescind_unseen(Context& context, AgentHandle agent) {
  rescind_forbidden(context, agent_of(context.state, agent).offers(),
                    "the agent is not one that the framework asks for any more");
}

}  // namespace fairlead::allocation

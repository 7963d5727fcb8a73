#include "allocator/offers.h"

#include <algorithm>

#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/inventory.h"
#include "allocator/leases.h"
#include "allocator/lots.h"
#include "allocator/priorities.h"
#include "allocator/roles.h"
#include "allocator/shares.h"

namespace fairlead::allocation {
namespace {

/// It is no offer of its agent and framework any more; what it held is still charged and not free.
void leave(State& state, OfferId id, const Offered& offer) {
  remove_offer(state, offer.agent, id);
  --framework_of(state, client_of(state, offer.client).framework).offers;
  charge_lease(state, offer);
}

/// The last of it.
void remove(State& state, OfferId id, ClientIndex client) {
  state.offers.remove(id, client_of(state, client).offers);
}

void give_back(Context& context, const Offered& offer, const SharedResources& rest) {
  if (rest.is_zero()) return;
  release_offered(context.state, offer.client, rest);
  give_free(context.state, offer.agent, rest);
  context.touched.agents.push_back(offer.agent);
}

void rescind_alone(Context& context, OfferId id, const std::string& reason) {
  const Offered& offer = context.state.offers.at(id);
  FrameworkHandle framework = client_of(context.state, offer.client).framework;
  leave(context.state, id, offer);
  give_back(context, offer, offer.resources);
  settle_demand(context, offer, Resources{});
  remove(context.state, id, offer.client);
  context.out.emplace_back(RescindOffer{.offer = id, .framework = framework, .reason = reason});
}

std::string offer_name(const char* event, OfferId offer) {
  return std::string(event) + ": offer " + std::to_string(offer.number);
}

/// What is shared is nobody's to take: it stays free.
OfferResolved without_shared(const OfferResolved& event) {
  OfferResolved divisible = event;
  divisible.used = divisible_part(event.used);
  return divisible;
}

}  // namespace

Status on_offer_resolved(Context& context, const OfferResolved& event) {
  if (has_shared(event.used)) return on_offer_resolved(context, without_shared(event));
  State& state = context.state;
  const Offered* known = state.offers.find(event.offer);
  if (known == nullptr) {
    return contradiction(offer_name("OfferResolved", event.offer), "an outstanding offer",
                         "none of that number");
  }
  if (!contains(known->resources, event.used)) {
    return contradiction(offer_name("OfferResolved", event.offer),
                         "at most " + to_string(*known->resources), to_string(event.used));
  }
  const Offered& offer = *known;
  ClientIndex client = offer.client;
  leave(state, event.offer, offer);
  bool is_ignored = note_answer(state, offer, event.expired);
  SharedResources rest = offer.resources;
  if (!event.used.is_zero()) {
    subtract(rest.edit(), event.used);
    offered_becomes_held(state, offer.client, event.used);
    add_holding(state, offer.agent, offer.client, event.used);
    for (const HeldPriority& held : event.priorities) {
      add_priority(state, offer.agent, offer.client, held);
    }
    forgive(context, offer.client, offer.agent);
  }
  give_back(context, offer, rest);
  refuse(
      context, offer.client, offer.agent,
      {.resources = rest, .hide_for = event.refuse_for, .declined = event.declined || is_ignored});
  settle_demand(context, offer, event.used);
  remove(state, event.offer, client);
  prune_client(state, client);
  return {};
}

Status on_holding_freed(Context& context, const HoldingFreed& event) {
  if (has_shared(event.holding.resources)) {
    HoldingFreed divisible = event;
    divisible.holding.resources = divisible_part(event.holding.resources);
    if (divisible.holding.resources.is_zero()) return {};
    return on_holding_freed(context, divisible);
  }
  State& state = context.state;
  const Holding& holding = event.holding;
  if (!is_known(state, event.agent) || !is_known(state, holding.framework)) {
    return contradiction("HoldingFreed", "an agent and a framework that were added",
                         "agent " + std::to_string(event.agent.index) + ", framework " +
                             std::to_string(holding.framework.index));
  }
  const auto& clients = framework_of(state, holding.framework).clients;
  auto client = clients.find(holding.role);
  const ClientHolding* held = client == clients.end()
                                  ? nullptr
                                  : find_holding(agent_of(state, event.agent), client->second);
  if (held == nullptr || !contains(held->resources, holding.resources)) {
    return contradiction("HoldingFreed: agent " + agent_of(state, event.agent).id().text + ", " +
                             holding.role.text + "/" +
                             framework_of(state, holding.framework).id.text,
                         held == nullptr ? "nothing" : "at most " + to_string(held->resources),
                         to_string(holding.resources));
  }
  ClientIndex index = client->second;
  remove_holding(state, event.agent, index, holding.resources);
  remove_priority(state, event.agent, index,
                  {.priority = holding.priority, .amounts = reclaimable(holding.resources)});
  if (find_holding(agent_of(state, event.agent), index) == nullptr) {
    forget_priorities(state, event.agent, index);
  }
  release_held(state, index, holding.resources);
  state.turnover.add(state.now, scalars(holding.resources));
  give_free(state, event.agent, holding.resources);
  context.touched.agents.push_back(event.agent);
  prune_client(state, index);
  return {};
}

void rescind(Context& context, OfferId id, const std::string& reason) {
  const OfferTable<Offered>& offers = context.state.offers;
  const ClientIndex client = offers.at(id).client;
  const std::uint64_t bundle = offers.at(id).bundle;
  rescind_alone(context, id, reason);
  if (bundle == 0) return;
  for (OfferId other : offers.numbers(client_of(context.state, client).offers)) {
    if (offers.at(other).bundle != bundle) continue;
    rescind_alone(context, other,
                  "its gang has lost offer " + std::to_string(id.number) + ": " + reason);
  }
}

void rescind_all(Context& context, const std::vector<OfferId>& offers, const std::string& reason) {
  std::vector<OfferId> all = offers;  // each rescind changes the caller's list
  for (OfferId offer : all) {
    if (context.state.offers.find(offer) != nullptr) rescind(context, offer, reason);
  }
}

void rescind_everything(Context& context, const std::string& reason) {
  rescind_all(context, context.state.offers.numbers(), reason);
}

Offered* find_grant(const Context& context, ClientIndex client, AgentHandle agent) {
  State& state = context.state;
  const std::vector<OfferId>& there = agent_of(state, agent).offers();
  for (auto at = there.rbegin(); at != there.rend(); ++at) {
    if (at->number <= context.grants.offers_before) return nullptr;
    Offered& offer = state.offers.at(*at);
    if (offer.client == client) return &offer;
  }
  return nullptr;
}

Offered& begin_offer(State& state, ClientIndex index, AgentHandle agent) {
  OfferId id{++state.offers_made};
  Client& client = client_of(state, index);
  Offered& offer = state.offers.add(id, client.offers);
  offer.client = index;
  offer.agent = agent;
  offer.since = state.now;
  add_offer(state, agent, id);
  ++framework_of(state, client.framework).offers;
  return offer;
}

void unmake_last_offer(State& state) {
  OfferId id{state.offers_made--};
  const Offered& offer = state.offers.at(id);
  remove_offer(state, offer.agent, id);
  Client& client = client_of(state, offer.client);
  --framework_of(state, client.framework).offers;
  state.offers.remove(id, client.offers);
}

void make_offers(Context& context) {
  State& state = context.state;
  for (OfferId id{context.grants.offers_before + 1}; id.number <= state.offers_made; ++id.number) {
    const Offered& offer = state.offers.at(id);
    const Client& client = client_of(state, offer.client);
    context.out.emplace_back(
        MakeOffer{.offer = id,
                  .framework = client.framework,
                  .role = role_of(state, client.role).path,
                  .agent = offer.agent,
                  .resources = with_shared(state, offer.client, offer.agent, offer.resources)});
  }
  context.grants.offers_before = state.offers_made;
}

}  // namespace fairlead::allocation

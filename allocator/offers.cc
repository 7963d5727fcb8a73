#include "allocator/offers.h"

#include <algorithm>

#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/inventory.h"
#include "allocator/leases.h"
#include "allocator/priorities.h"
#include "allocator/roles.h"
#include "allocator/shares.h"

namespace fairlead::allocation {
namespace {

/// Removes the offer from every list; what it held is still charged and not free.
Offered unlink(State& state, OfferId id) {
  auto at = state.offers.find(id);
  Offered offer = std::move(at->second);
  state.offers.erase(at);
  remove_offer(state, offer.agent, id);
  Client& client = client_of(state, offer.client);
  client.offers.erase(id);
  --framework_of(state, client.framework).offers;
  charge_lease(state, offer);
  return offer;
}

void give_back(Context& context, const Offered& offer, const Resources& rest) {
  if (rest.is_zero()) return;
  release_offered(context.state, offer.client, rest);
  give_free(context.state, offer.agent, rest);
  context.touched.agents.push_back(offer.agent);
}

std::string offer_name(const char* event, OfferId offer) {
  return std::string(event) + ": offer " + std::to_string(offer.number);
}

}  // namespace

Status on_offer_resolved(Context& context, const OfferResolved& event) {
  State& state = context.state;
  auto known = state.offers.find(event.offer);
  if (known == state.offers.end()) {
    return contradiction(offer_name("OfferResolved", event.offer), "an outstanding offer",
                         "none of that number");
  }
  if (!contains(known->second.resources, event.used)) {
    return contradiction(offer_name("OfferResolved", event.offer),
                         "at most " + to_string(known->second.resources), to_string(event.used));
  }
  Offered offer = unlink(state, event.offer);
  bool is_ignored = note_answer(state, offer, event.expired);
  Resources rest = offer.resources;
  subtract(rest, event.used);
  if (!event.used.is_zero()) {
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
  prune_client(state, offer.client);
  return {};
}

Status on_holding_freed(Context& context, const HoldingFreed& event) {
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
  Offered offer = unlink(context.state, id);
  FrameworkHandle framework = client_of(context.state, offer.client).framework;
  give_back(context, offer, offer.resources);
  settle_demand(context, offer, Resources{});
  context.out.emplace_back(RescindOffer{.offer = id, .framework = framework, .reason = reason});
}

void rescind_all(Context& context, const std::vector<OfferId>& offers, const std::string& reason) {
  std::vector<OfferId> all = offers;  // each rescind changes the caller's list
  for (OfferId offer : all) rescind(context, offer, reason);
}

void rescind_everything(Context& context, const std::string& reason) {
  std::vector<OfferId> all;
  for (const auto& [id, offer] : context.state.offers) all.push_back(id);
  rescind_all(context, all, reason);
}

void make_offers(Context& context) {
  State& state = context.state;
  for (Offered& grant : context.grants.list) {
    OfferId id{++state.offers_made};
    Client& client = client_of(state, grant.client);
    context.out.emplace_back(MakeOffer{.offer = id,
                                       .framework = client.framework,
                                       .role = role_of(state, client.role).path,
                                       .agent = grant.agent,
                                       .resources = grant.resources});
    client.offers.insert(id);
    add_offer(state, grant.agent, id);
    ++framework_of(state, client.framework).offers;
    grant.since = context.now;
    state.offers.emplace(id, std::move(grant));
  }
  context.grants = {};
}

}  // namespace fairlead::allocation

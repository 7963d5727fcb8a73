#include <algorithm>

#include "common/devices.h"
#include "common/limits.h"
#include "tests/allocator/simple_patterns.h"
#include "tests/allocator/twin/twin.h"
#include "tests/allocator/twin/twin_members.h"
#include "tests/allocator/twin/twin_reclaim.h"
#include "tests/allocator/twin/twin_refusals.h"

namespace fairlead::twin {
namespace {

void rescind_on(Books& books, AgentNumber agent) {
  rescind(books, offers_where(books, [&](const Offer& offer) { return offer.agent == agent; }));
}

void stop_keeping_agent(Books& books, AgentNumber agent) {
  std::optional<ClientNumber> keeper = keeper_of(books, agent);
  if (keeper) stop_keeping(books, *keeper);
}

/// More is held and offered than there is.
bool is_overfull(const Books& books, AgentNumber agent) {
  Resources left = divisible_part(books.agents.at(agent).total);
  bool fits = true;
  auto occupy = [&](const Resources& part) {
    fits = fits && contains(left, part);
    if (fits) subtract(left, part);
  };
  for (const auto& [at, held] : books.holdings) {
    if (at.second == agent) occupy(held);
  }
  for (const auto& [id, offer] : books.offers) {
    if (offer.agent == agent) occupy(offer.resources);
  }
  return !fits;
}

struct Apply {
  Books& books;

  bool operator()(const allocation::AgentAdded& event) const {
    AgentNumber number = event.agent.index;
    bool valid = !books.agents.contains(number) &&
                 std::all_of(event.holdings.begin(), event.holdings.end(), [&](const Holding& one) {
                   return books.frameworks.contains(one.framework.index) &&
                          check_role_name(one.role.text).ok();
                 });
    if (!valid) return false;
    books.agents[number] = {.id = {std::string(event.text.id())},
                            .hostname = std::string(event.text.hostname()),
                            .total = event.total,
                            .attributes = event.attributes,
                            .paused = event.offers_paused};
    books.order.push_back(number);
    std::size_t at = books.random.below(books.order.size());
    std::swap(books.order[at], books.order.back());
    for (const Holding& holding : event.holdings) {
      const Resources held = divisible_part(holding.resources);
      if (held.is_zero()) continue;
      ClientNumber client = ensure_client(books, holding.framework, holding.role);
      add(books.holdings[{client, number}], held);
      add_priority(books, client, number,
                   {.priority = holding.priority, .amounts = reclaimable(holding.resources)});
    }
    books.touched_agents.insert(number);
    return true;
  }

  bool operator()(const allocation::AgentChanged& event) const {
    AgentNumber number = event.agent.index;
    if (!books.agents.contains(number)) return false;
    Agent& agent = books.agents.at(number);
    bool is_described_anew = agent.attributes != event.attributes;
    bool is_more_shared = !contains(shared_part(agent.total), shared_part(event.total));
    if (is_described_anew || is_more_shared) forget_refusals_on(books, number);
    agent.attributes = event.attributes;
    agent.total = event.total;
    stop_keeping_agent(books, number);
    if (is_overfull(books, number)) rescind_on(books, number);
    if (is_described_anew) rescind_unseen(books, number, {});
    books.touched_agents.insert(number);
    return true;
  }

  bool operator()(const allocation::AgentRemoved& event) const {
    AgentNumber number = event.agent.index;
    if (!books.agents.contains(number)) return false;
    rescind_on(books, number);
    stop_keeping_agent(books, number);
    forget_refusals_on(books, number);
    for (ClientNumber i = 0; i < books.clients.size(); ++i) {
      books.priorities.erase({i, number});
      if (books.holdings.erase({i, number}) > 0) prune(books, i);
      books.clients[i].given_up.erase(number);
    }
    auto at = std::find(books.order.begin(), books.order.end(), number);
    *at = books.order.back();
    books.order.pop_back();
    books.agents.erase(number);
    return true;
  }

  bool operator()(const allocation::AgentPaused& event) const {
    if (!books.agents.contains(event.agent.index)) return false;
    books.agents.at(event.agent.index).paused = true;
    stop_keeping_agent(books, event.agent.index);
    rescind_on(books, event.agent.index);
    return true;
  }

  bool operator()(const allocation::AgentResumed& event) const {
    if (!books.agents.contains(event.agent.index)) return false;
    books.agents.at(event.agent.index).paused = false;
    books.touched_agents.insert(event.agent.index);
    return true;
  }

  bool operator()(const allocation::FrameworkAdded& event) const {
    bool valid = !books.frameworks.contains(event.framework.index) &&
                 are_valid(event.roles, event.suppressed, event.minimums) &&
                 are_readable(event.offer_constraints, event.roles);
    if (!valid) return false;
    books.frameworks[event.framework.index] = {.id = event.id, .active = event.active};
    for (const RoleName& role : event.roles) {
      subscribe(books, event.framework, role, is_in(event.suppressed, role), event.minimums);
    }
    set_abilities(books, event.framework, event.capabilities, event.offer_constraints);
    return true;
  }

  bool operator()(const allocation::FrameworkChanged& event) const {
    bool valid = books.frameworks.contains(event.framework.index) &&
                 are_valid(event.roles, event.suppressed, event.minimums) &&
                 are_readable(event.offer_constraints, event.roles);
    if (!valid) return false;
    for (ClientNumber client : clients_of(books, event.framework)) {
      const Client& one = books.clients[client];
      if (one.subscribed && !is_in(event.roles, one.role)) unsubscribe(books, client);
    }
    for (const RoleName& role : event.roles) {
      subscribe(books, event.framework, role, is_in(event.suppressed, role), event.minimums);
    }
    set_abilities(books, event.framework, event.capabilities, event.offer_constraints);
    return true;
  }

  bool operator()(const allocation::FrameworkActivated& event) const {
    if (!books.frameworks.contains(event.framework.index)) return false;
    books.frameworks.at(event.framework.index).active = event.active;
    for (ClientNumber client : clients_of(books, event.framework)) {
      if (event.active) {
        books.touched_clients.insert(client);
        continue;
      }
      forget_refusals(books, client);
      stop_keeping_if_stale(books, client);
      rescind(books,
              offers_where(books, [&](const Offer& offer) { return offer.client == client; }));
    }
    return true;
  }

  bool operator()(const allocation::FrameworkRemoved& event) const {
    std::vector<ClientNumber> clients = clients_of(books, event.framework);
    bool valid = books.frameworks.contains(event.framework.index) &&
                 std::none_of(clients.begin(), clients.end(),
                              [&](ClientNumber client) { return holds_anything(books, client); });
    if (!valid) return false;
    for (ClientNumber client : clients) unsubscribe(books, client);
    forget_victims(books, event.framework);
    books.frameworks.erase(event.framework.index);
    return true;
  }

  bool operator()(const allocation::DemandSet& event) const {
    std::optional<ClientNumber> known = find_client(books, event.framework, event.role);
    if (!known || !books.clients[*known].subscribed) return false;
    std::set<std::string> names;
    for (const DemandShape& shape : event.shapes) {
      bool valid = names.insert(shape.name).second && !shape.amounts.is_zero() &&
                   shape.count <= limits::kDemandCountMax &&
                   (shape.gang_size < 2 || shape.count % shape.gang_size == 0) &&
                   check_constraints(shape.constraints, simple_patterns(), "").ok() &&
                   check_preferences(shape.prefer, simple_patterns(), "").ok() &&
                   check_gpus_wanted(shape.amounts, "demand").ok();
      if (!valid) return false;
    }
    set_demand(*known, event.shapes);
    return true;
  }

  void set_demand(ClientNumber number, const std::vector<DemandShape>& demand) const {
    Client& client = books.clients[number];
    bool wants_new = !client.has_demand;
    std::vector<Shape> shapes;
    for (DemandShape one : demand) {
      if (is_batch(books)) one.gang_size = 0;
      Shape shape{.demand = one};
      std::uint32_t asked = 0;
      for (const Shape& old : client.shapes) {
        bool is_same = old.demand.name == one.name && old.demand.amounts == one.amounts;
        if (is_same) asked = old.demand.count;
      }
      if (one.count > asked) {
        note_come(books, one.amounts.scalars.standard, one.count - asked);
      }
      auto before = std::find_if(client.shapes.begin(), client.shapes.end(), [&](const Shape& old) {
        return old.demand.name == one.name && old.demand.amounts == one.amounts &&
               old.demand.constraints == one.constraints && old.demand.revocable == one.revocable &&
               old.demand.gang_size == one.gang_size;
      });
      if (before == client.shapes.end()) {
        wants_new = true;
        shape.is_told = was_told(client, one.name);
      } else {
        shape = *before;
        shape.demand = one;
      }
      shapes.push_back(shape);
    }
    std::stable_sort(shapes.begin(), shapes.end(), [](const Shape& a, const Shape& b) {
      return a.demand.priority > b.demand.priority;
    });
    client.shapes = shapes;
    client.has_demand = true;
    if (wants_new) forgive_everywhere(books, number);
    stop_keeping_if_stale(books, number);
    books.touched_clients.insert(number);
  }

  bool operator()(const allocation::OfferResolved& event) const {
    auto known = books.offers.find(event.offer);
    const Resources used = divisible_part(event.used);
    if (known == books.offers.end() || !contains(known->second.resources, used)) return false;
    Offer offer = known->second;
    books.offers.erase(known);
    charge_lease(books, offer);
    bool is_ignored = note_answer(books, offer, event.expired);
    Resources rest = offer.resources;
    subtract(rest, used);
    if (!used.is_zero()) {
      add(books.holdings[{offer.client, offer.agent}], used);
      for (const HeldPriority& held : event.priorities) {
        add_priority(books, offer.client, offer.agent, held);
      }
      forgive(books, offer.client, offer.agent);
    }
    if (!rest.is_zero()) books.touched_agents.insert(offer.agent);
    refuse(books, offer.client, offer.agent,
           {.resources = rest,
            .hide_for = event.refuse_for,
            .declined = event.declined || is_ignored});
    settle(books, offer, used);
    prune(books, offer.client);
    return true;
  }

  bool operator()(const allocation::HoldingFreed& event) const {
    const Resources freed = divisible_part(event.holding.resources);
    if (freed.is_zero() && !event.holding.resources.is_zero()) return true;
    std::optional<ClientNumber> client =
        find_client(books, event.holding.framework, event.holding.role);
    if (!client || !books.agents.contains(event.agent.index)) return false;
    auto held = books.holdings.find({*client, event.agent.index});
    bool valid = held != books.holdings.end() && contains(held->second, freed);
    if (!valid) return false;
    subtract(held->second, freed);
    remove_priority(books, *client, event.agent.index, event.holding.priority, freed);
    if (held->second.is_zero()) {
      books.holdings.erase(held);
      books.priorities.erase({*client, event.agent.index});
    }
    books.touched_agents.insert(event.agent.index);
    prune(books, *client);
    return true;
  }

  bool operator()(const allocation::RolesSuppressed& event) const {
    auto clients = named(books, event.framework, event.roles);
    if (!clients) return false;
    for (ClientNumber client : *clients) {
      books.clients[client].suppressed = true;
      stop_keeping_if_stale(books, client);
    }
    return true;
  }

  bool operator()(const allocation::RolesRevived& event) const {
    auto clients = named(books, event.framework, event.roles);
    if (!clients) return false;
    for (ClientNumber client : *clients) {
      books.clients[client].suppressed = false;
      forget_refusals(books, client);
      books.touched_clients.insert(client);
    }
    return true;
  }

  bool operator()(const allocation::WeightSet& event) const {
    bool valid = check_role_name(event.role.text).ok() &&
                 event.weight_milli >= limits::kWeightMilliMin &&
                 event.weight_milli <= limits::kWeightMilliMax;
    if (!valid) return false;
    if (is_batch(books) && weight_of(books, event.role) != event.weight_milli) {
      rescind(books, offers_where(books, [](const Offer&) { return true; }));
    }
    books.weights[event.role] = event.weight_milli;
    if (event.weight_milli == 1000) books.weights.erase(event.role);
    forget_times(books);
    return true;
  }

  bool operator()(const allocation::QuotaSet& event) const {
    if (!check_quota(event.role, event.quota).ok()) return false;
    books.quotas[event.role] = event.quota;
    if (event.quota.is_none()) books.quotas.erase(event.role);
    if (books.quotas.empty()) books.room_seen = {};
    forget_times(books);
    touch_wanting(books, {});
    return true;
  }

  bool operator()(const allocation::TimePassed&) const { return true; }

  bool operator()(const allocation::WhitelistSet& event) const {
    set_whitelist(books, event);
    return true;
  }

  bool operator()(const allocation::AgentsAwaited& event) const {
    books.are_agents_awaited = event.awaited;
    return true;
  }
};

}  // namespace

bool apply(Books& books, const allocation::Event& event) {
  return std::visit(Apply{books}, event);
}

}  // namespace fairlead::twin

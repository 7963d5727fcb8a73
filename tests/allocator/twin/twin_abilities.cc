#include <algorithm>

#include "common/devices.h"
#include "tests/allocator/simple_patterns.h"
#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

bool hold_all(const Agent& agent, const std::vector<Constraint>& constraints) {
  return std::all_of(constraints.begin(), constraints.end(), [&](const Constraint& one) {
    return satisfies(agent.attributes, agent.hostname, one, simple_patterns());
  });
}

void tell(Books& books, const Client& client, const std::string& shape, bool is_possible) {
  books.out.push_back(allocation::DemandImpossible{.framework = client.framework,
                                                   .role = client.role,
                                                   .shape = shape,
                                                   .why = is_possible ? "" : "it is"});
}

const FrameworkCapabilities& capabilities_of(const Books& books, ClientNumber client) {
  return books.frameworks.at(books.clients[client].framework.index).capabilities;
}

/// All of a gang at once, or a task that is alone, if every agent were empty.
bool could_ever_run(const Books& books, ClientNumber client, const DemandShape& shape) {
  std::uint32_t missing = shape.gang_size;
  if (missing < 2 || books.wrong == WrongRule::kGangsJudgedAlone) missing = 1;
  for (AgentNumber agent : books.order) {
    if (!may_see(books, client, agent) || !will_do(books, agent, shape)) continue;
    missing -= std::min(missing, tasks_in(books, client, books.agents.at(agent).total, shape));
  }
  return missing == 0;
}

}  // namespace

std::size_t preference_of(const Books& books, AgentNumber agent, const DemandShape& shape) {
  auto first = std::find_if(shape.prefer.begin(), shape.prefer.end(), [&](const Constraint& one) {
    return hold_all(books.agents.at(agent), {one});
  });
  return static_cast<std::size_t>(first - shape.prefer.begin());
}

bool will_do(const Books& books, AgentNumber agent, const DemandShape& shape) {
  return hold_all(books.agents.at(agent), shape.constraints);
}

bool may_see(const Books& books, ClientNumber client, AgentNumber agent) {
  for (const Attribute& one : books.agents.at(agent).attributes) {
    if (one.name != "region" || books.config.region.empty()) continue;
    const auto* region = std::get_if<std::string>(&one.value);
    bool is_far = region != nullptr && *region != books.config.region;
    if (is_far && !capabilities_of(books, client).region_aware) return false;
    break;
  }
  const ConstraintGroups& groups = books.clients[client].offer_constraints;
  return groups.empty() || std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
           return hold_all(books.agents.at(agent), group);
         });
}

bool are_readable(const std::vector<RoleConstraints>& constraints,
                  const std::vector<RoleName>& roles) {
  return check_constraints(constraints, roles, simple_patterns(), "").ok();
}

void rescind_unseen(Books& books, std::optional<AgentNumber> on, std::optional<ClientNumber> of) {
  std::vector<OfferId> unseen;
  for (const auto& [id, offer] : books.offers) {
    bool counts = (!on || offer.agent == *on) && (!of || offer.client == *of);
    bool takes_all = capabilities_of(books, offer.client).revocable ||
                     std::none_of(offer.resources.lots.begin(), offer.resources.lots.end(),
                                  [](const Lot& lot) { return lot.kind.revocable; });
    bool may_have = may_see(books, offer.client, offer.agent) && takes_all;
    if (counts && !may_have) unseen.push_back(id);
  }
  rescind(books, unseen);
}

void set_abilities(Books& books, FrameworkHandle framework, const FrameworkCapabilities& can,
                   const std::vector<RoleConstraints>& constraints) {
  bool can_other = books.frameworks.at(framework.index).capabilities != can;
  books.frameworks.at(framework.index).capabilities = can;
  for (ClientNumber number : clients_of(books, framework)) {
    Client& client = books.clients[number];
    if (!client.subscribed) continue;
    ConstraintGroups groups;
    for (const RoleConstraints& one : constraints) {
      if (one.role == client.role) groups = one.groups;
    }
    if (!can_other && groups == client.offer_constraints) continue;
    client.offer_constraints = groups;
    rescind_unseen(books, {}, number);
    for (Shape& shape : client.shapes) shape.is_possible.reset();
    books.touched_clients.insert(number);
  }
}

bool was_told(const Client& client, const std::string& shape) {
  return std::any_of(client.shapes.begin(), client.shapes.end(),
                     [&](const Shape& old) { return old.demand.name == shape && old.is_told; });
}

void judge(Books& books) {
  bool may_judge = !books.order.empty() && !books.are_agents_awaited;
  for (ClientNumber number = 0; number < books.clients.size(); ++number) {
    Client& client = books.clients[number];
    bool hears = client.present && books.frameworks.at(client.framework.index).active;
    for (Shape& shape : client.shapes) {
      bool could = could_ever_run(books, number, shape.demand);
      if (!hears) {
        shape.is_possible.reset();
        shape.is_told = false;
        continue;
      }
      if (shape.is_possible == true && !could) shape.is_possible.reset();
      if (!shape.is_possible && may_judge) {
        shape.is_possible = could;
        if (!could || shape.is_told) tell(books, client, shape.demand.name, could);
        shape.is_told = !could;
      } else if (shape.is_possible == false && could) {
        tell(books, client, shape.demand.name, could);
        shape.is_possible = true;
        shape.is_told = false;
      }
    }
  }
}

bool could_ever_take(const Books& books, ClientNumber client, AgentNumber agent,
                     const DemandShape& shape) {
  return may_see(books, client, agent) && will_do(books, agent, shape) &&
         cut_out(books, client, books.agents.at(agent).total, shape);
}

std::uint32_t tasks_in(const Books& books, ClientNumber client, Resources left,
                       const DemandShape& shape) {
  std::uint32_t most = std::max(1U, shape.gang_size);
  if (shape.per_agent_max > 0) most = std::min(most, shape.per_agent_max);
  std::uint32_t tasks = 0;
  for (; tasks < most; ++tasks) {
    std::optional<Resources> taken = cut_out(books, client, left, shape);
    if (!taken) break;
    subtract(left, *taken);
  }
  return tasks;
}

Resources with_shared(const Books& books, const Offer& offer) {
  Resources all = offer.resources;
  if (!capabilities_of(books, offer.client).shared) return all;
  const Resources shared = shared_part(books.agents.at(offer.agent).total);
  add(all, usable_by(shared, books.clients[offer.client].role));
  return all;
}

Resources offerable(const Books& books, ClientNumber client, const Resources& resources) {
  Resources usable;
  for (const Lot& lot : usable_by(resources, books.clients[client].role).lots) {
    bool is_taken = !lot.kind.revocable || capabilities_of(books, client).revocable;
    if (!is_taken) continue;
    usable.lots.push_back(lot);
    cut_shares_to_gpus(usable.lots.back().amounts);
  }
  return usable;
}

std::optional<Resources> cut_out(const Books& books, ClientNumber client,
                                 const Resources& resources, const DemandShape& shape) {
  const RoleName& role = books.clients[client].role;
  if (!shape.revocable) return take(resources, shape.amounts, role);
  if (!capabilities_of(books, client).revocable) return std::nullopt;
  std::optional<Resources> taken = take(revocable_part(resources), shape.amounts, role);
  if (taken) taken = as_revocable(*taken);
  return taken;
}

}  // namespace fairlead::twin

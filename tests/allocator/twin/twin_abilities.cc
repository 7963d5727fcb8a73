#include <algorithm>

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

}  // namespace

bool will_do(const Books& books, AgentNumber agent, const DemandShape& shape) {
  return hold_all(books.agents.at(agent), shape.constraints);
}

bool may_see(const Books& books, ClientNumber client, AgentNumber agent) {
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
    if (counts && !may_see(books, offer.client, offer.agent)) unseen.push_back(id);
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
      bool could = std::any_of(books.order.begin(), books.order.end(), [&](AgentNumber agent) {
        return could_ever_take(books, number, agent, shape.demand);
      });
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
         take(books.agents.at(agent).total, shape.amounts, books.clients[client].role);
}

}  // namespace fairlead::twin

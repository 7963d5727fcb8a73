// What is asked of an agent before anything of it is offered, whatever is free there: a shape's
// constraints and those of the client's role.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// An agent, as far as conditions go; of a whole kind of them when `text` is null.
struct Place {
  const Attributes& attributes;
  const AgentText* text;

  std::string_view hostname() const { return text == nullptr ? "" : text->hostname(); }
};

inline Place place_of(const Agent& agent) {
  return {agent.attributes(), &agent.text};
}

/// Attributes are asked about once for each value, hostnames each time.
bool holds(const State& state, const Place& place, const Constraint& constraint);
bool satisfies_all(const State& state, const Place& place, const DemandShape& shape);
/// It is of the cluster's region, or says of none.
bool is_near(const State& state, const Place& place);
/// What the framework asks of agents in the client's role holds, and it takes agents of that
/// region.
bool may_see(const State& state, ClientIndex client, const Place& place);

}  // namespace fairlead::allocation

#include "allocator/conditions.h"

#include <algorithm>

namespace fairlead::allocation {
namespace {

bool hold_all(const State& state, const Place& place, const std::vector<Constraint>& constraints) {
  return std::all_of(constraints.begin(), constraints.end(),
                     [&](const Constraint& one) { return holds(state, place, one); });
}

}  // namespace

bool holds(const State& state, const Place& place, const Constraint& constraint) {
  // There are as many hostnames as agents: remembered, they would drive out everything else.
  bool is_of_host = constraint.attribute == "hostname";
  const PatternMatcher& patterns = is_of_host ? state.patterns : state.remembered;
  return satisfies(place.attributes, place.hostname(), constraint, patterns);
}

bool satisfies_all(const State& state, const Place& place, const DemandShape& shape) {
  return hold_all(state, place, shape.constraints);
}

bool is_near(const State& state, const Place& place) {
  const std::string& own = state.config.region;
  return own.empty() || !holds(state, place, {"region", ConstraintRule::kExists, {}}) ||
         holds(state, place, {"region", ConstraintRule::kEquals, own});
}

bool may_see(const State& state, ClientIndex index, const Place& place) {
  const Client& client = client_of(state, index);
  bool is_aware = framework_of(state, client.framework).capabilities.region_aware;
  if (!is_aware && !is_near(state, place)) return false;
  const ConstraintGroups& groups = client.offer_constraints;
  return groups.empty() ||
         std::any_of(groups.begin(), groups.end(), [&](const std::vector<Constraint>& group) {
           return hold_all(state, place, group);
         });
}

}  // namespace fairlead::allocation

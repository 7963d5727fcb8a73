// Conditions on agents, as frameworks state them: for a demanded shape, or for a whole role. Plain
// values and what is checked of them before anybody acts on them.
#pragma once

#include <string>
#include <vector>

#include "common/attributes.h"
#include "common/ids.h"

namespace fairlead {

/// Groups of which one holds whole. None: every agent will do.
using ConstraintGroups = std::vector<std::vector<Constraint>>;

/// What a framework asks of agents before it is offered anything of them in the role.
struct RoleConstraints {
  RoleName role;
  ConstraintGroups groups;
  friend bool operator==(const RoleConstraints&, const RoleConstraints&) = default;
};

/// "rack matches r[12]", "ssd exists".
std::string describe(const Constraint& constraint);
/// "rack equals r1 and ssd exists, or gpu exists".
std::string describe(const ConstraintGroups& groups);

bool is_pattern(const Constraint& constraint);

/// Bounds, and patterns that the matcher takes. `what` names their owner in the error.
Status check_constraints(const std::vector<Constraint>& constraints, const PatternMatcher& patterns,
                         const std::string& what);
/// The same of what a shape prefers, limits::kPreferencesMax of them.
Status check_preferences(const std::vector<Constraint>& prefer, const PatternMatcher& patterns,
                         const std::string& what);
/// The same of every role's, each of which is one of `roles` and named once.
Status check_constraints(const std::vector<RoleConstraints>& all,
                         const std::vector<RoleName>& roles, const PatternMatcher& patterns,
                         const std::string& what);

}  // namespace fairlead

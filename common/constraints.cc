#include "common/constraints.h"

#include <algorithm>
#include <set>

#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kValueBytesMax = 1024;
constexpr std::size_t kShownBytesMax = 60;

const char* verb_of(ConstraintRule rule) {
  switch (rule) {
    case ConstraintRule::kExists:
      return "exists";
    case ConstraintRule::kNotExists:
      return "not_exists";
    case ConstraintRule::kEquals:
      return "equals";
    case ConstraintRule::kNotEquals:
      return "not_equals";
    case ConstraintRule::kMatches:
      return "matches";
    case ConstraintRule::kNotMatches:
      return "not_matches";
  }
  unreachable("every ConstraintRule is handled");
}

bool is_text(const std::string& text, std::size_t bytes_max) {
  return text.size() <= bytes_max && text.find('\0') == std::string::npos;
}

Status check_constraint(const Constraint& one, const PatternMatcher& patterns,
                        const std::string& what) {
  if (one.attribute.empty() || !is_text(one.attribute, limits::kIdCharsMax) ||
      !is_text(one.value, kValueBytesMax)) {
    return invalid({.what = what,
                    .where = "constraints",
                    .expected = "names of 1..128 and values of at most 1024 characters",
                    .got = one.attribute.substr(0, kShownBytesMax),
                    .hint = {}});
  }
  if (!is_pattern(one)) return {};
  Status usable = patterns.check(one.value);
  if (usable.ok()) return {};
  return Error{usable.error().code,
               what + ": constraint on '" + one.attribute + "': " + usable.error().message};
}

}  // namespace

std::string describe(const Constraint& constraint) {
  std::string text = constraint.attribute + " " + verb_of(constraint.rule);
  return constraint.value.empty() ? text : text + " " + constraint.value;
}

std::string describe(const ConstraintGroups& groups) {
  std::string text;
  for (const std::vector<Constraint>& group : groups) {
    text += text.empty() ? "" : ", or ";
    for (const Constraint& one : group) {
      text += (&one == group.data() ? "" : " and ") + describe(one);
    }
  }
  return text;
}

bool is_pattern(const Constraint& constraint) {
  return constraint.rule == ConstraintRule::kMatches ||
         constraint.rule == ConstraintRule::kNotMatches;
}

Status check_constraints(const std::vector<Constraint>& constraints, const PatternMatcher& patterns,
                         const std::string& what) {
  if (constraints.size() > limits::kConstraintsMax) {
    return invalid({.what = what,
                    .where = "constraints",
                    .expected = "at most " + std::to_string(limits::kConstraintsMax),
                    .got = std::to_string(constraints.size()),
                    .hint = {}});
  }
  for (const Constraint& one : constraints) {
    Status checked = check_constraint(one, patterns, what);
    if (!checked) return checked;
  }
  return {};
}

Status check_preferences(const std::vector<Constraint>& prefer, const PatternMatcher& patterns,
                         const std::string& what) {
  if (prefer.size() > limits::kPreferencesMax) {
    return invalid({.what = what,
                    .where = "prefer",
                    .expected = "at most " + std::to_string(limits::kPreferencesMax),
                    .got = std::to_string(prefer.size()),
                    .hint = {}});
  }
  return check_constraints(prefer, patterns, what + ": prefer");
}

Status check_constraints(const std::vector<RoleConstraints>& all,
                         const std::vector<RoleName>& roles, const PatternMatcher& patterns,
                         const std::string& what) {
  std::set<RoleName> seen;
  for (const RoleConstraints& one : all) {
    bool is_own = std::find(roles.begin(), roles.end(), one.role) != roles.end();
    if (!is_own || !seen.insert(one.role).second) {
      return invalid({.what = what,
                      .where = "offer constraints",
                      .expected = "roles of its own, each once",
                      .got = one.role.text.substr(0, kShownBytesMax),
                      .hint = {}});
    }
    if (one.groups.size() > limits::kConstraintGroupsMax) {
      return invalid(
          {.what = what,
           .where = "offer constraints of role " + one.role.text,
           .expected = "at most " + std::to_string(limits::kConstraintGroupsMax) + " groups",
           .got = std::to_string(one.groups.size()),
           .hint = {}});
    }
    for (const std::vector<Constraint>& group : one.groups) {
      Status checked = check_constraints(group, patterns, what + ": role " + one.role.text);
      if (!checked) return checked;
    }
  }
  return {};
}

}  // namespace fairlead

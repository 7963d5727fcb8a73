#include "simulator/script/script_constraints.h"

namespace fairlead {
namespace {

/// As split_text, but not within quotes, which stay.
std::vector<std::string_view> split_unquoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool is_quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') is_quoted = !is_quoted;
    bool ends = i == text.size() || (text[i] == separator && !is_quoted);
    if (!ends) continue;
    if (i > begin) parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

std::string unquoted(std::string_view text) {
  bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

Constraint parse_constraint(std::string_view text) {
  bool negated = text.starts_with('!');
  if (negated) text.remove_prefix(1);
  std::size_t sign = text.find_first_of(":~");
  Constraint constraint{.attribute = std::string(text.substr(0, sign))};
  if (sign == std::string_view::npos) {
    constraint.rule = negated ? ConstraintRule::kNotExists : ConstraintRule::kExists;
    return constraint;
  }
  constraint.value = unquoted(text.substr(sign + 1));
  if (text[sign] == ':') {
    constraint.rule = negated ? ConstraintRule::kNotEquals : ConstraintRule::kEquals;
  } else {
    constraint.rule = negated ? ConstraintRule::kNotMatches : ConstraintRule::kMatches;
  }
  return constraint;
}

}  // namespace

std::vector<Constraint> parse_script_constraints(std::string_view text) {
  std::vector<Constraint> constraints;
  for (std::string_view one : split_unquoted(text, ',')) {
    constraints.push_back(parse_constraint(one));
  }
  return constraints;
}

std::vector<RoleConstraints> parse_script_role_constraints(std::string_view text) {
  std::vector<RoleConstraints> all;
  for (std::string_view one : split_unquoted(text, ';')) {
    std::size_t at = one.find('@');
    RoleConstraints constraints{.role = {std::string(one.substr(0, at))}, .groups = {}};
    if (at == std::string_view::npos) at = one.size() - 1;
    for (std::string_view group : split_unquoted(one.substr(at + 1), '|')) {
      constraints.groups.push_back(parse_script_constraints(group));
    }
    all.push_back(std::move(constraints));
  }
  return all;
}

FrameworkCapabilities parse_script_capabilities(std::string_view text) {
  FrameworkCapabilities can;
  for (std::string_view one : split_unquoted(text, ',')) {
    can.revocable = can.revocable || one == "revocable";
    can.shared = can.shared || one == "shared";
    can.region_aware = can.region_aware || one == "region_aware";
  }
  return can;
}

}  // namespace fairlead

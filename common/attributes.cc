#include "common/attributes.h"

#include <algorithm>

#include "common/amounts_text.h"
#include "common/ids.h"
#include "common/limits.h"

namespace fairlead {
namespace {

/// A number or intervals when it reads as one, else text.
AttributeValue read_value(std::string_view text) {
  // The resource grammar already knows numbers and intervals; a throw-away name borrows it.
  Amounts amounts;
  bool is_numeric = !text.empty() && text.front() >= '0' && text.front() <= '9';
  bool is_ranges = text.starts_with('[');
  if ((is_numeric || is_ranges) && read_amount("value", text, amounts).ok()) {
    if (is_ranges) {
      return amounts.ranges.empty() ? std::vector<Interval>{} : amounts.ranges[0].intervals;
    }
    return amounts.scalars.custom.empty() ? std::int64_t{0} : amounts.scalars.custom[0].milli;
  }
  return std::string(text);
}

std::string to_string(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* milli = std::get_if<std::int64_t>(&value)) {
    return scalar_to_string("value", *milli);
  }
  return to_string(std::get<std::vector<Interval>>(value));
}

const AttributeValue* find_attribute(const Attributes& attributes, std::string_view name) {
  auto at = std::find_if(attributes.begin(), attributes.end(),
                         [&](const Attribute& one) { return one.name == name; });
  return at == attributes.end() ? nullptr : &at->value;
}

bool is_text_and(const AttributeValue* value, auto condition) {
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text != nullptr && condition(*text);
}

}  // namespace

Result<Attributes> parse_attributes(std::string_view text) {
  Result<std::vector<NamedText>> entries = split_resource_text(text);
  if (!entries) return entries.error();
  if (entries->size() > limits::kAttributesMax) {
    return invalid({.what = "attributes", .expected = "at most 64", .got = std::string(text)});
  }
  Attributes attributes;
  for (const NamedText& entry : *entries) {
    Status named = check_id_text(entry.name, "attribute name");
    if (!named) return named.error();
    attributes.push_back({std::string(entry.name), read_value(entry.value)});
  }
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return attributes;
}

std::string to_string(const Attributes& attributes) {
  std::string text;
  for (const Attribute& one : attributes) {
    text += (text.empty() ? "" : ";") + one.name + ":" + to_string(one.value);
  }
  return text;
}

bool satisfies(const Attributes& attributes, std::string_view hostname,
               const Constraint& constraint, const PatternMatcher& patterns) {
  AttributeValue host = std::string(hostname);
  const AttributeValue* value =
      constraint.attribute == "hostname" ? &host : find_attribute(attributes, constraint.attribute);
  auto differs = [&](const std::string& text) { return text != constraint.value; };
  auto equals = [&](const std::string& text) { return text == constraint.value; };
  auto matches = [&](const std::string& text) { return patterns.matches(constraint.value, text); };
  auto mismatches = [&](const std::string& text) { return !matches(text); };
  switch (constraint.rule) {
    case ConstraintRule::kExists:
      return value != nullptr;
    case ConstraintRule::kNotExists:
      return value == nullptr;
    case ConstraintRule::kEquals:
      return value != nullptr && !is_text_and(value, differs);
    case ConstraintRule::kNotEquals:
      return !is_text_and(value, equals);
    case ConstraintRule::kMatches:
      return value != nullptr && !is_text_and(value, mismatches);
    case ConstraintRule::kNotMatches:
      return !is_text_and(value, matches);
  }
  unreachable("every ConstraintRule is handled");
}

}  // namespace fairlead

// What an agent says about its machine; matched by constraints, never consumed.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/amounts.h"
#include "common/pattern_matcher.h"

namespace fairlead {

/// Text, scalar (thousandths) or intervals.
using AttributeValue = std::variant<std::string, std::int64_t, std::vector<Interval>>;

struct Attribute {
  std::string name;
  AttributeValue value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// Sorted by name; of two with one name the first one decides.
using Attributes = std::vector<Attribute>;

struct Label {
  std::string key;
  std::string value;
  friend auto operator<=>(const Label&, const Label&) = default;
};

/// Reads `rack:a1;level:3.5;slots:[1-4]`.
Result<Attributes> parse_attributes(std::string_view text);
std::string to_string(const Attributes& attributes);

enum class ConstraintRule : std::uint8_t {
  kExists,
  kNotExists,
  kEquals,
  kNotEquals,
  kMatches,  ///< the whole text matches the regular expression
  kNotMatches,
};

/// One predicate on an attribute (or on the pseudo-attribute "hostname"). The rules about text pass
/// on attributes that are not text; the negated ones on attributes that are not there, too.
struct Constraint {
  std::string attribute;
  ConstraintRule rule = ConstraintRule::kExists;
  std::string value;
  friend bool operator==(const Constraint&, const Constraint&) = default;
};

bool satisfies(const Attributes& attributes, std::string_view hostname,
               const Constraint& constraint, const PatternMatcher& patterns = no_patterns());

}  // namespace fairlead

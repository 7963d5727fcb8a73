// Patterns that need no engine: a dot stands for any one character, an opening parenthesis is
// refused.
#pragma once

#include <algorithm>

#include "common/pattern_matcher.h"

namespace fairlead {

class SimplePatterns final : public PatternMatcher {
 public:
  Status check(std::string_view pattern) const override {
    if (pattern.find('(') == std::string_view::npos) return {};
    return Error{ErrorCode::kInvalid, "no parentheses"};
  }
  bool matches(std::string_view pattern, std::string_view text) const override {
    return std::equal(pattern.begin(), pattern.end(), text.begin(), text.end(),
                      [](char expected, char got) { return expected == '.' || expected == got; });
  }
};

inline const PatternMatcher& simple_patterns() {
  static const SimplePatterns kSimple;
  return kSimple;
}

}  // namespace fairlead

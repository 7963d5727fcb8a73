// Answers of a PatternMatcher, remembered: machines are many, what they say about themselves
// repeats. A table of fixed size in which a new answer takes the place of an older one; empty
// until somebody asks. For attributes, not for hostnames, which do not repeat. Owned by a core.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/pattern_matcher.h"

namespace fairlead {

class RememberedPatterns final : public PatternMatcher {
 public:
  explicit RememberedPatterns(const PatternMatcher& matcher) : matcher_(matcher) {}

  Status check(std::string_view pattern) const override { return matcher_.check(pattern); }
  bool matches(std::string_view pattern, std::string_view text) const override;

 private:
  struct Answer {
    std::string pattern;  ///< empty: none yet
    std::string text;
    bool matches = false;
  };

  const PatternMatcher& matcher_;
  mutable std::vector<Answer> answers_;
};

}  // namespace fairlead

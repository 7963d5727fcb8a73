// Regular expressions, for those who may not see an engine. The engine is an adapter
// (runtime/adapters/patterns/), handed in by mains and tests. An answer depends on the two texts
// alone, so a core that asks stays a function of its events. Not thread-safe.
#pragma once

#include <string_view>

#include "common/result.h"

namespace fairlead {

class PatternMatcher {
 public:
  virtual ~PatternMatcher() = default;

  /// kInvalid when the pattern cannot be read or is larger than limits::kPatternBytesMax and
  /// kPatternProgramMax allow; says what is wrong and where.
  virtual Status check(std::string_view pattern) const = 0;
  /// The whole text matches. Linear in the text. False for a pattern that check() refuses.
  virtual bool matches(std::string_view pattern, std::string_view text) const = 0;
};

/// Refuses every pattern: for cores that nobody gave an engine.
const PatternMatcher& no_patterns();

}  // namespace fairlead

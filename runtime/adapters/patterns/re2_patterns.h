// The engine behind PatternMatcher: RE2, whose syntax is documented at
// https://github.com/google/re2/wiki/Syntax. Keeps what it compiled, limits::kPatternsKeptMax of
// them, and begins anew when there are more. Not thread-safe; used on the loop's thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/pattern_matcher.h"

namespace re2 {
class RE2;
}

namespace fairlead {

class Re2Patterns final : public PatternMatcher {
 public:
  Re2Patterns();
  ~Re2Patterns() override;
  Re2Patterns(const Re2Patterns&) = delete;
  Re2Patterns& operator=(const Re2Patterns&) = delete;

  Status check(std::string_view pattern) const override;
  bool matches(std::string_view pattern, std::string_view text) const override;

 private:
  mutable std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> compiled_;
};

}  // namespace fairlead

#include "common/pattern_matcher.h"

namespace fairlead {
namespace {

class NoPatterns final : public PatternMatcher {
 public:
  Status check(std::string_view pattern) const override {
    return invalid({.what = "pattern",
                    .where = {},
                    .expected = "none: there is no engine for them here",
                    .got = std::string(pattern),
                    .hint = {}});
  }
  bool matches(std::string_view, std::string_view) const override { return false; }
};

}  // namespace

const PatternMatcher& no_patterns() {
  static const NoPatterns kNone;
  return kNone;
}

}  // namespace fairlead

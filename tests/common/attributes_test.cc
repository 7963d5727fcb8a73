#include "common/attributes.h"

#include <gtest/gtest.h>

#include "common/constraints.h"
#include "common/remembered_patterns.h"

namespace fairlead {
namespace {

/// A text matches itself.
class EqualPatterns final : public PatternMatcher {
 public:
  mutable int asked = 0;

  Status check(std::string_view) const override { return {}; }
  bool matches(std::string_view pattern, std::string_view text) const override {
    ++asked;
    return pattern == text;
  }
};

TEST(Attributes, NumbersAndIntervalsAreToldFromText) {
  Attributes attributes = parse_attributes("rack:a1;level:3.5;slots:[1-4]").value();
  EXPECT_EQ(to_string(attributes), "level:3.5;rack:a1;slots:[1-4]");
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(attributes[0].value));
  EXPECT_TRUE(std::holds_alternative<std::string>(attributes[1].value));
}

TEST(Constraints, EachRuleOnPresentAbsentAndHostname) {
  Attributes attributes = parse_attributes("rack:a1;level:3").value();
  auto passes = [&](std::string name, ConstraintRule rule, std::string value) {
    return satisfies(attributes, "node7", {std::move(name), rule, std::move(value)});
  };
  EXPECT_TRUE(passes("rack", ConstraintRule::kExists, ""));
  EXPECT_FALSE(passes("rack", ConstraintRule::kNotExists, ""));
  EXPECT_TRUE(passes("rack", ConstraintRule::kEquals, "a1"));
  EXPECT_FALSE(passes("rack", ConstraintRule::kNotEquals, "a1"));
  EXPECT_FALSE(passes("zone", ConstraintRule::kEquals, "a1"));
  EXPECT_TRUE(passes("zone", ConstraintRule::kNotEquals, "a1"));
  EXPECT_TRUE(passes("hostname", ConstraintRule::kEquals, "node7"));
  EXPECT_FALSE(passes("hostname", ConstraintRule::kEquals, "node8"));
}

TEST(Constraints, TextRulesPassOnAttributesThatAreNotText) {
  Attributes attributes = parse_attributes("level:3").value();
  EXPECT_TRUE(satisfies(attributes, "h", {"level", ConstraintRule::kEquals, "x"}));
}

TEST(Constraints, PatternsAreAskedAboutTextsAndNothingElse) {
  Attributes attributes = parse_attributes("rack:a1;level:3").value();
  EqualPatterns patterns;
  auto passes = [&](std::string name, ConstraintRule rule, std::string value) {
    return satisfies(attributes, "node7", {std::move(name), rule, std::move(value)}, patterns);
  };
  EXPECT_TRUE(passes("rack", ConstraintRule::kMatches, "a1"));
  EXPECT_FALSE(passes("rack", ConstraintRule::kNotMatches, "a1"));
  EXPECT_FALSE(passes("rack", ConstraintRule::kMatches, "a"));
  EXPECT_TRUE(passes("hostname", ConstraintRule::kMatches, "node7"));
  EXPECT_TRUE(passes("level", ConstraintRule::kMatches, "x"));
  EXPECT_TRUE(passes("level", ConstraintRule::kNotMatches, "3"));
  EXPECT_FALSE(passes("zone", ConstraintRule::kMatches, ""));
  EXPECT_TRUE(passes("zone", ConstraintRule::kNotMatches, ""));
}

TEST(Constraints, WithoutAnEngineEveryPatternIsRefused) {
  Status checked = check_constraints({{"rack", ConstraintRule::kMatches, "a"}}, no_patterns(),
                                     "demand of role web");
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().message,
            "demand of role web: constraint on 'rack': pattern: expected none: there is no engine "
            "for them here, got \"a\"");
}

TEST(RememberedPatterns, AsksOnceForEachPatternAndText) {
  EqualPatterns patterns;
  RememberedPatterns remembered(patterns);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(remembered.matches("a", "a"));
    EXPECT_FALSE(remembered.matches("a", "b"));
  }
  EXPECT_EQ(patterns.asked, 2);
}

}  // namespace
}  // namespace fairlead

#include "common/attributes.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

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

}  // namespace
}  // namespace fairlead

#include "runtime/adapters/patterns/re2_patterns.h"

#include <gtest/gtest.h>

#include <string>

#include "common/limits.h"

namespace fairlead {
namespace {

std::string refusal(std::string_view pattern) {
  Status checked = Re2Patterns{}.check(pattern);
  return checked.ok() ? "" : checked.error().message;
}

TEST(Patterns, MatchTheWholeText) {
  Re2Patterns patterns;
  EXPECT_TRUE(patterns.matches("r[12]", "r1"));
  EXPECT_FALSE(patterns.matches("r[12]", "r12"));
  EXPECT_FALSE(patterns.matches("r[12]", "xr1"));
  EXPECT_TRUE(patterns.matches("(eu|us)-.*", "us-west"));
}

TEST(Patterns, OneThatDoesNotCompileIsRefusedWithTheEnginesWords) {
  EXPECT_EQ(
      refusal("r["),
      "pattern: expected a regular expression in RE2's syntax, got \"r[\"; hint: missing ]: [");
}

TEST(Patterns, OneThatIsTooLargeIsRefusedBeforeAnybodyAsks) {
  EXPECT_EQ(refusal(std::string(limits::kPatternBytesMax, 'a') + "b").substr(0, 35),
            "pattern: expected 1..512 bytes, got");
  EXPECT_NE(refusal("").find("expected 1..512 bytes"), std::string::npos);
  EXPECT_NE(refusal("(a{30}){30}").find("compiles within 4 KiB"), std::string::npos);
  EXPECT_NE(refusal(std::string(110, 'a')).find("at most 100 instructions"), std::string::npos);
  EXPECT_EQ(refusal(std::string(80, 'a')), "");
}

TEST(Patterns, WhatIsRefusedMatchesNothing) {
  Re2Patterns patterns;
  EXPECT_FALSE(patterns.matches("r[", "r["));
  EXPECT_FALSE(patterns.matches(std::string(110, 'a'), std::string(110, 'a')));
}

TEST(Patterns, MoreThanAreKeptAreMatchedAllTheSame) {
  Re2Patterns patterns;
  for (std::size_t i = 0; i < 2 * limits::kPatternsKeptMax; ++i) {
    std::string text = "r" + std::to_string(i);
    ASSERT_TRUE(patterns.matches(text, text));
  }
}

TEST(Patterns, ALongTextCostsNoMoreMemoryThanThePatternMayHave) {
  Re2Patterns patterns;
  EXPECT_TRUE(patterns.matches("(a|b)*c?", std::string(1'000, 'a')));
  EXPECT_FALSE(patterns.matches("(a*)*b", std::string(1'000, 'a')));
}

}  // namespace
}  // namespace fairlead

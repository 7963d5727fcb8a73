#include "common/parse_units.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "common/edit_distance.h"

namespace fairlead {
namespace {

TEST(ParseBytes, UnitsAreExact) {
  EXPECT_EQ(*parse_bytes("0"), 0);
  EXPECT_EQ(*parse_bytes("512"), 512);
  EXPECT_EQ(*parse_bytes("64MiB"), 64 << 20);
  EXPECT_EQ(*parse_bytes("1.5GiB"), 3LL << 29);
  EXPECT_EQ(*parse_bytes("10GB"), 10'000'000'000);
  EXPECT_EQ(*parse_bytes("0.5Ki"), 512);
  EXPECT_EQ(*parse_bytes("1.50000000000000000000000KB"), 1500);
}

TEST(ParseBytes, NothingIsRoundedNegativeOrTooLarge) {
  for (const char* text :
       {"", "MiB", "-1", "+1", "1.", ".5KB", "1.5B", "0.1KiB", "1 MiB", "1mib", "1e3",
        "9223372036854775808", "9000PiB", "1MiB2", "0.0000000000000000001PB"}) {
    EXPECT_FALSE(parse_bytes(text).ok()) << text;
  }
  EXPECT_EQ(parse_bytes("1.5B").error().message,
            "would have to be rounded: expected a whole number of bytes, got \"1.5B\"");
}

TEST(ParseDuration, UnitsAndSumsAreExact) {
  EXPECT_EQ(*parse_duration("0"), Duration{});
  EXPECT_EQ(*parse_duration("300ms"), milliseconds(300));
  EXPECT_EQ(*parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(*parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(*parse_duration("2d"), seconds(172'800));
}

TEST(ParseDuration, AUnitIsNeededAndOrderMatters) {
  for (const char* text :
       {"", "5", "s", "-1s", "30m1h", "1s1s", "1.5ns", "1 s", "300000d", "5 minutes"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

TEST(ParseInteger, TheWholeRangeAndNothingElse) {
  EXPECT_EQ(*parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "-", "9223372036854775808", "1.0", " 1", "0x1", "1k"}) {
    EXPECT_FALSE(parse_integer(text).ok()) << text;
  }
}

RC_GTEST_PROP(ParseUnits, WhatIsFormattedIsReadBack, ()) {
  const auto n = *rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max());
  const auto shift = *rc::gen::inRange(0, 62);
  RC_ASSERT(*parse_bytes(format_bytes(n >> shift << (shift / 2))) == n >> shift << (shift / 2));
  RC_ASSERT(*parse_duration(format_duration({n})) == Duration{n});
}

TEST(NearestName, ASlipIsFoundAndAStrangerIsNot) {
  const std::vector<std::string> names = {"cpus", "mem", "disk", "state-dir"};
  EXPECT_EQ(nearest_name("cpuz", names), "cpus");
  EXPECT_EQ(nearest_name("mme", names), "mem");
  EXPECT_EQ(nearest_name("state_dri", names), "state-dir");
  EXPECT_EQ(nearest_name("memory-bytes", names), "");
  EXPECT_EQ(did_you_mean("dsk", names), "did you mean \"disk\"?");
}

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ab", "ba"), 1U);
}

}  // namespace
}  // namespace fairlead

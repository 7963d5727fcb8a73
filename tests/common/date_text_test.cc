#include "common/date_text.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(DateText, DatesAreInUtc) {
  EXPECT_EQ(format_date({0}), "1970-01-01 00:00:00Z");
  EXPECT_EQ(format_date({-1}), "1969-12-31 23:59:59Z");
  EXPECT_EQ(format_date({951'782'400'000}), "2000-02-29 00:00:00Z");
  EXPECT_EQ(format_date({4'107'542'399'999}), "2100-02-28 23:59:59Z");
  EXPECT_EQ(format_date({4'107'542'400'000}), "2100-03-01 00:00:00Z");
  EXPECT_EQ(format_date({1'764'079'644'999}), "2025-11-25 14:07:24Z");
}

TEST(DateText, WhatIsWrittenIsReadAgain) {
  for (std::int64_t day = 0; day < 366 * 5 + 40'000; day += 1) {
    const WallTime at{day * 86'400'000 + day % 86'400 * 1'000};
    const Result<WallTime> read = parse_date(format_date(at));
    ASSERT_TRUE(read.ok()) << format_date(at);
    ASSERT_EQ(*read, at) << format_date(at);
  }
}

TEST(DateText, ZonesAndFractionsAreThoseOfRfc3339) {
  auto ms = [](const char* text) { return parse_date(text).value().unix_ms; };
  EXPECT_EQ(ms("2025-11-25T14:07:24Z"), 1'764'079'644'000);
  EXPECT_EQ(ms("2025-11-25t15:37:24.5+01:30"), 1'764'079'644'500);
  EXPECT_EQ(ms("2025-11-25 13:07:24.9876-01:00"), 1'764'079'644'987);
  EXPECT_EQ(ms("2000-02-29T00:00:00z"), 951'782'400'000);
}

TEST(DateText, WhatIsNoTimeIsRefused) {
  for (const char* text :
       {"", "now", "2025-11-25", "2025-11-25T14:07:24", "2025-11-25T14:07Z", "2025-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "2025-04-31T00:00:00Z", "2025-13-01T00:00:00Z",
        "2025-11-25T24:00:00Z", "2025-11-25T14:07:24.Z", "2025-11-25T14:07:24+1:00",
        "2025-11-25T14:07:24Zulu", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00",
        "+2025-11-25T14:07:24Z"}) {
    EXPECT_FALSE(parse_date(text).ok()) << text;
  }
}

}  // namespace
}  // namespace fairlead

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

}  // namespace
}  // namespace fairlead

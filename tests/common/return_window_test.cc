#include "common/return_window.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "common/limits.h"

namespace fairlead {
namespace {

TEST(ReturnWindow, GrowsWithThePeersAndIsNothingForAFew) {
  EXPECT_EQ(return_window(0, 1'000), Duration{});
  EXPECT_EQ(return_window(4, 1'000), Duration{});
  EXPECT_EQ(return_window(5, 1'000), milliseconds(5));
  EXPECT_EQ(return_window(2'000, 1'000), seconds(2));
}

TEST(ReturnWindow, NoNumberThatAMasterSaysMakesItLongerThanOfAllPeersThereCanBe) {
  EXPECT_EQ(return_window(std::numeric_limits<std::uint64_t>::max(), 1'000),
            return_window(limits::kAgentsMax, 1'000));
}

TEST(RandomBelow, StaysInItsSpanAndDiffers) {
  std::uint64_t state = 1;
  std::set<Duration> drawn;
  for (int i = 0; i < 1'000; ++i) drawn.insert(random_below(state, milliseconds(1)));
  EXPECT_GE(*drawn.begin(), Duration{});
  EXPECT_LT(*drawn.rbegin(), milliseconds(1));
  EXPECT_GT(drawn.size(), 900U);
  EXPECT_EQ(random_below(state, Duration{}), Duration{});
}

}  // namespace
}  // namespace fairlead

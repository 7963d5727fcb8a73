#include "master/breaker.h"

#include <gtest/gtest.h>

namespace fairlead::master {
namespace {

constexpr BreakerConfig kThreeInTenSeconds = {3, seconds(10), seconds(10), seconds(60)};

TEST(Breaker, OpensAtTheLastAllowedFailureWithinTheWindow) {
  Breaker breaker;
  EXPECT_FALSE(breaker.on_launch_failed(Instant{} + seconds(1), kThreeInTenSeconds));
  EXPECT_FALSE(breaker.on_launch_failed(Instant{} + seconds(2), kThreeInTenSeconds));
  EXPECT_TRUE(breaker.on_launch_failed(Instant{} + seconds(3), kThreeInTenSeconds));
  EXPECT_TRUE(breaker.is_open());
  EXPECT_EQ(breaker.open_until(), Instant{} + seconds(13));
}

TEST(Breaker, FailuresOutsideTheWindowAreForgotten) {
  Breaker breaker;
  EXPECT_FALSE(breaker.on_launch_failed(Instant{} + seconds(0), kThreeInTenSeconds));
  EXPECT_FALSE(breaker.on_launch_failed(Instant{} + seconds(1), kThreeInTenSeconds));
  EXPECT_FALSE(breaker.on_launch_failed(Instant{} + seconds(12), kThreeInTenSeconds));
}

TEST(Breaker, AWorkingLaunchForgetsFailures) {
  Breaker breaker;
  (void)breaker.on_launch_failed(Instant{}, kThreeInTenSeconds);
  (void)breaker.on_launch_failed(Instant{}, kThreeInTenSeconds);
  breaker.on_launch_worked();
  EXPECT_FALSE(breaker.on_launch_failed(Instant{}, kThreeInTenSeconds));
}

TEST(Breaker, AfterAPauseOneFailureOpensItTwiceAsLongUpToTheMost) {
  Breaker breaker;
  Instant now;
  for (int i = 0; i < 3; ++i) (void)breaker.on_launch_failed(now, kThreeInTenSeconds);
  for (std::int64_t pause_s : {20, 40, 60, 60}) {
    breaker.on_pause_over();
    now = breaker.open_until();
    ASSERT_TRUE(breaker.on_launch_failed(now, kThreeInTenSeconds));
    EXPECT_EQ(breaker.open_until(), now + seconds(pause_s));
  }
}

}  // namespace
}  // namespace fairlead::master

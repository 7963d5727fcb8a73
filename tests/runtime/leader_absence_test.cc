// No leader: when it is said, with which time, and how often.
#include "runtime/leader_absence.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

constexpr WallTime kWall{1'764'079'644'000};  // 2025-11-25 14:07:24 UTC
constexpr Instant kStart{7'000'000'000};

TEST(LeaderAbsence, ATakeoverOfMillisecondsIsNotSaid) {
  LeaderAbsence absence;
  absence.begin(kStart, kWall, "the link is down");
  EXPECT_FALSE(absence.on_time(kStart + milliseconds(999)));
  EXPECT_EQ(absence.end(kStart + milliseconds(999)), std::nullopt);
  EXPECT_TRUE(absence.next_deadline().is_never());
}

TEST(LeaderAbsence, OneThatLastsIsSaidWithItsBeginningAndAgainWhileItDoes) {
  LeaderAbsence absence;
  absence.begin(kStart, kWall, "the link is down");
  auto first = absence.on_time(kStart + seconds(1));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "no leader since 2025-11-25 14:07:24Z, retrying");
  EXPECT_EQ(first->span, seconds(1));
  EXPECT_EQ(first->why, "the link is down");
  EXPECT_FALSE(absence.on_time(kStart + seconds(30)));
  auto again = absence.on_time(kStart + seconds(31));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text, first->text);
  EXPECT_EQ(again->span, seconds(31));
  EXPECT_EQ(absence.end(kStart + seconds(40)), seconds(40));
}

TEST(LeaderAbsence, AReasonThatDiffersIsSaidAtOnceButNoTwoLinesInASecond) {
  LeaderAbsence absence;
  absence.begin(kStart, kWall, "the link is down");
  absence.begin(kStart + milliseconds(500), {}, "no majority");
  EXPECT_FALSE(absence.on_time(kStart + milliseconds(500)));
  ASSERT_EQ(absence.on_time(kStart + seconds(1))->why, "no majority");
  absence.begin(kStart + milliseconds(1'500), {}, "nobody has led yet");
  EXPECT_EQ(absence.next_deadline(), kStart + seconds(2));
  absence.begin(kStart + seconds(9), {}, "no majority");
  auto late = absence.on_time(kStart + seconds(9));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->why, "no majority");
  EXPECT_EQ(late->text, "no leader since 2025-11-25 14:07:24Z, retrying");
}

TEST(LeaderAbsence, TheNextOneHasABeginningOfItsOwn) {
  LeaderAbsence absence;
  absence.begin(kStart, kWall, "the link is down");
  absence.on_time(kStart + seconds(1));
  absence.end(kStart + seconds(2));
  absence.begin(kStart + seconds(60), {kWall.unix_ms + 60'000}, "the link is down");
  EXPECT_EQ(absence.on_time(kStart + seconds(61))->text,
            "no leader since 2025-11-25 14:08:24Z, retrying");
}

}  // namespace
}  // namespace fairlead

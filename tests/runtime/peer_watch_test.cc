// Who fills the memory: what a connection is held for, and when that is an offence.
#include "runtime/peer_watch.h"

#include <gtest/gtest.h>

#include <vector>

namespace fairlead {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr MemoryBounds kBounds = {
    .memory_bytes_max = 100 * kMiB, .close_bytes_min = 4 * kMiB, .revoke_bytes_min = 16 * kMiB};
constexpr std::uint64_t kTooMuch = 101 * kMiB;

TEST(HeldBytes, WhatWasTakenIsNotHeld) {
  EXPECT_EQ(held_bytes({.received_bytes = 50 * kMiB, .taken_bytes = 50 * kMiB}), 0U);
  EXPECT_GT(held_bytes({.received_bytes = 50 * kMiB, .taken_bytes = 20 * kMiB}), 29 * kMiB);
}

TEST(HeldBytes, AnIdleConnectionIsHeldForNothingHoweverOldItIs) {
  std::uint64_t year = 365 * 86'400;
  // A ping and a pong every five seconds.
  EXPECT_EQ(held_bytes({.received_bytes = 700 + year / 5 * 160, .age_looks = year}), 0U);
}

TEST(HeldBytes, FramesCountAsTheyAreOnTheWire) {
  EXPECT_EQ(wire_bytes(1, false), 3U);
  EXPECT_EQ(wire_bytes(255, false), 257U);
  EXPECT_EQ(wire_bytes(256, false), 265U);
  EXPECT_EQ(wire_bytes(1, true), 36U);
  EXPECT_EQ(wire_bytes(223, true), 265U);
}

TEST(PeerWatch, NobodyIsJudgedBelowTheWatermark) {
  std::vector<HeldConnection> all = {{.descriptor = 5, .held_bytes = 90 * kMiB, .has_key = true}};
  EXPECT_FALSE(judge(100 * kMiB, all, kBounds));
  EXPECT_TRUE(judge(kTooMuch, all, kBounds));
}

TEST(PeerWatch, AWatermarkOfZeroJudgesNobody) {
  std::vector<HeldConnection> all = {{.descriptor = 5, .held_bytes = 90 * kMiB, .has_key = true}};
  EXPECT_FALSE(judge(kTooMuch, all, {.memory_bytes_max = 0}));
}

TEST(PeerWatch, MemoryThatTheNetworkDoesNotHoldIsNobodysFault) {
  std::vector<HeldConnection> all = {
      {.descriptor = 5, .held_bytes = 4 * kMiB - 1, .has_key = true}};
  EXPECT_FALSE(judge(kTooMuch, all, kBounds));
  EXPECT_FALSE(judge(kTooMuch, {}, kBounds));
}

TEST(PeerWatch, TheOneThatIsHeldForMostIsTheOffender) {
  std::vector<HeldConnection> all = {{.descriptor = 5, .held_bytes = 5 * kMiB, .has_key = true},
                                     {.descriptor = 6, .held_bytes = 9 * kMiB, .has_key = true},
                                     {.descriptor = 7, .held_bytes = 9 * kMiB, .has_key = true}};
  auto verdict = judge(kTooMuch, all, kBounds);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->offender, 1U);
  EXPECT_EQ(verdict->penalty, Penalty::kClose);
}

TEST(PeerWatch, MoreThanAPeerEverHasToSayCostsTheKey) {
  std::vector<HeldConnection> all = {{.descriptor = 5, .held_bytes = 16 * kMiB, .has_key = true}};
  EXPECT_EQ(judge(kTooMuch, all, kBounds)->penalty, Penalty::kRevoke);
}

TEST(PeerWatch, AConnectionWithoutAKnownKeyIsOnlyClosed) {
  std::vector<HeldConnection> all = {{.descriptor = 5, .held_bytes = 90 * kMiB, .has_key = false}};
  EXPECT_EQ(judge(kTooMuch, all, kBounds)->penalty, Penalty::kClose);
}

}  // namespace
}  // namespace fairlead

#include "runtime/link/early_envelopes.h"

#include <gtest/gtest.h>

#include "common/limits.h"

namespace fairlead {
namespace {

Incoming from(std::uint64_t peer, std::size_t bytes = 10) {
  return {.from = {peer}, .principal = {"p"}, .bytes = Bytes(bytes, 0)};
}

std::vector<std::uint64_t> peers_of(const std::vector<Incoming>& all) {
  std::vector<std::uint64_t> peers;
  for (const Incoming& one : all) peers.push_back(one.from.number);
  return peers;
}

using Peers = std::vector<std::uint64_t>;

TEST(EarlyEnvelopes, AreTakenInOrderAndOnce) {
  EarlyEnvelopes early;
  early.keep(from(1), Instant{});
  early.keep(from(2), Instant{} + milliseconds(20));
  EXPECT_EQ(peers_of(early.take(Instant{} + milliseconds(40))), (Peers{1, 2}));
  EXPECT_EQ(peers_of(early.take(Instant{} + milliseconds(40))), Peers{});
}

TEST(EarlyEnvelopes, WhatAStandbyHeardLongAgoIsForgotten) {
  EarlyEnvelopes early;
  early.keep(from(1), Instant{});
  early.keep(from(2), Instant{} + milliseconds(10));
  const Instant later = Instant{} + EarlyEnvelopes::kAgeMax + milliseconds(10);
  EXPECT_EQ(peers_of(early.take(later)), Peers{2});
}

TEST(EarlyEnvelopes, TheOldestMakeRoomForTheNewest) {
  EarlyEnvelopes early;
  for (std::uint64_t peer : {1U, 2U, 3U, 4U, 5U}) {
    early.keep(from(peer, limits::kHeldBytesMax / 3), Instant{});
  }
  EXPECT_EQ(peers_of(early.take(Instant{})), (Peers{4, 5}));
}

TEST(EarlyEnvelopes, OneThatIsLargerThanAllRoomIsNotKept) {
  EarlyEnvelopes early;
  early.keep(from(1, limits::kHeldBytesMax), Instant{});
  EXPECT_EQ(peers_of(early.take(Instant{})), Peers{});
  early.keep(from(2), Instant{});
  EXPECT_EQ(peers_of(early.take(Instant{})), Peers{2});
}

}  // namespace
}  // namespace fairlead

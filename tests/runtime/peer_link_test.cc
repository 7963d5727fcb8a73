#include "runtime/peer_link.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

Arrival arrive(PeerLink& link, std::uint64_t session, std::uint64_t sequence) {
  return link.on_inbound({.session = {session}, .sequence = sequence});
}

TEST(PeerLink, OutboundCountsFromOneInItsOwnSession) {
  PeerLink link({9});
  EXPECT_EQ(link.next_outbound(), (MessageStamp{.session = {9}, .sequence = 1}));
  EXPECT_EQ(link.next_outbound(), (MessageStamp{.session = {9}, .sequence = 2}));
}

TEST(PeerLink, FirstContactIsANewSession) {
  PeerLink link({1});
  EXPECT_EQ(arrive(link, 5, 1), Arrival::kNewSession);
  EXPECT_EQ(arrive(link, 5, 2), Arrival::kNew);
  EXPECT_EQ(link.peer_session(), Session{5});
  EXPECT_EQ(link.last_inbound(), 2u);
}

TEST(PeerLink, RepeatedMessageIsADuplicate) {
  PeerLink link({1});
  arrive(link, 5, 1);
  arrive(link, 5, 2);
  EXPECT_EQ(arrive(link, 5, 2), Arrival::kDuplicate);
  EXPECT_EQ(arrive(link, 5, 1), Arrival::kDuplicate);
  EXPECT_EQ(arrive(link, 5, 3), Arrival::kNew);
}

TEST(PeerLink, EachHoleIsReportedOnce) {
  PeerLink link({1});
  arrive(link, 5, 1);
  EXPECT_EQ(arrive(link, 5, 4), Arrival::kGap);
  EXPECT_EQ(arrive(link, 5, 5), Arrival::kNew);
  EXPECT_EQ(arrive(link, 5, 7), Arrival::kGap);
}

TEST(PeerLink, WhatAGapSkippedIsDroppedWhenItComesLate) {
  PeerLink link({1});
  arrive(link, 5, 1);
  arrive(link, 5, 4);
  EXPECT_EQ(arrive(link, 5, 3), Arrival::kDuplicate);
}

TEST(PeerLink, RestartedPeerBeginsANewSequence) {
  PeerLink link({1});
  arrive(link, 5, 1);
  arrive(link, 5, 2);
  EXPECT_EQ(arrive(link, 6, 1), Arrival::kNewSession);
  EXPECT_EQ(arrive(link, 6, 2), Arrival::kNew);
}

TEST(PeerLink, EarlierLifeOfThePeerIsOver) {
  PeerLink link({1});
  arrive(link, 6, 1);
  EXPECT_EQ(arrive(link, 5, 2), Arrival::kOldSession);
  EXPECT_EQ(arrive(link, 0, 1), Arrival::kOldSession);
  EXPECT_EQ(arrive(link, 6, 2), Arrival::kNew);
}

TEST(PeerLink, SequenceZeroIsNeverNew) {
  PeerLink link({1});
  arrive(link, 5, 1);
  EXPECT_EQ(arrive(link, 5, 0), Arrival::kDuplicate);
}

}  // namespace
}  // namespace fairlead

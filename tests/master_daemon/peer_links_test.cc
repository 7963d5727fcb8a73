#include "master/daemon/peer_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/limits.h"
#include "schemas/agent_codec.h"
#include "schemas/framework_codec.h"

namespace fairlead {
namespace {

class FixedClock : public Clock {
 public:
  Instant now() const override { return time; }
  WallTime wall() const override { return {}; }
  Instant time{1};
};

class RecordedRouter : public Router {
 public:
  SendOutcome send(ConnectionId to, BytesView bytes) override {
    if (outcome == SendOutcome::kSent) sent[to].emplace_back(bytes.begin(), bytes.end());
    return outcome;
  }
  std::map<ConnectionId, std::vector<Bytes>> sent;
  SendOutcome outcome = SendOutcome::kSent;
};

class PeerLinksTest : public testing::Test {
 protected:
  Incoming heartbeat(std::uint64_t session, std::uint64_t sequence) {
    Envelope<AgentToMaster> envelope{
        {.cluster = {"c"}, .session = {session}, .sequence = sequence, .peer = {"agent/a1"}},
        {AgentHeartbeat{}}};
    return {.from = {5}, .principal = {"p"}, .bytes = encode(envelope)};
  }
  template <class Event>
  std::vector<Event> heard() const {
    std::vector<Event> found;
    for (const MasterEvent& event : events_) {
      if (const auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    }
    return found;
  }

  FixedClock clock_;
  RecordedRouter router_;
  std::vector<MasterEvent> events_;
  PeerLinks links_{{{"c"}, {3}, {3}}, clock_, router_, [this](const MasterEvent& event) {
                     events_.push_back(event);
                   }};
};

TEST_F(PeerLinksTest, MessagesArriveUnderTheProvedPrincipalAndTheClaimedName) {
  links_.on_incoming(heartbeat(9, 1));
  ASSERT_EQ(heard<AgentSaid>().size(), 1U);
  EXPECT_EQ(heard<AgentSaid>()[0].agent.text, "a1");
  EXPECT_EQ(heard<AgentSaid>()[0].sender.principal.text, "p");
}

TEST_F(PeerLinksTest, ARepeatedEnvelopeIsIgnoredAndAGapIsReportedOnce) {
  links_.on_incoming(heartbeat(9, 1));
  links_.on_incoming(heartbeat(9, 1));
  links_.on_incoming(heartbeat(9, 4));
  links_.on_incoming(heartbeat(9, 5));
  EXPECT_EQ(heard<AgentSaid>().size(), 3U);
  EXPECT_EQ(heard<AgentLinkBroken>().size(), 1U);
  EXPECT_EQ(links_.counters().duplicates, 1U);
}

TEST_F(PeerLinksTest, WhatIsReadyInOneRoundLeavesInOneEnvelopeThatNamesThePeersSession) {
  links_.on_incoming(heartbeat(9, 1));
  ConnectionId link = heard<AgentSaid>()[0].sender.connection;
  links_.send(SendToAgent{link, {"a1"}, HeartbeatEcho{}});
  links_.send(SendToAgent{link, {"a1"}, AgentResync{"why"}});
  links_.flush();
  ASSERT_EQ(router_.sent[{5}].size(), 1U);
  Envelope<MasterToAgent> envelope = decode_master_to_agent(router_.sent[{5}][0]).value();
  EXPECT_EQ(envelope.messages.size(), 2U);
  EXPECT_EQ(envelope.header.sequence, 1U);
  EXPECT_EQ(envelope.header.answers.number, 9U);
  EXPECT_EQ(envelope.header.epoch.number, 3U);
  EXPECT_EQ(envelope.header.peer.text, "agent/a1");
}

TEST_F(PeerLinksTest, APeerThatCannotTakeAnEnvelopeIsReportedAndForgotten) {
  links_.on_incoming(heartbeat(9, 1));
  router_.outcome = SendOutcome::kFull;
  links_.send(SendToAgent{heard<AgentSaid>()[0].sender.connection, {"a1"}, HeartbeatEcho{}});
  links_.flush();
  EXPECT_EQ(heard<AgentLinkBroken>().size(), 1U);
  EXPECT_EQ(links_.size(), 0U);
}

TEST_F(PeerLinksTest, GarbageIsCountedAndAnsweredAtMostOnceASecond) {
  Incoming garbage{.from = {5}, .principal = {"p"}, .bytes = Bytes(64, 0xFF)};
  for (int i = 0; i < 3; ++i) links_.on_incoming(garbage);
  EXPECT_EQ(links_.counters().refused, 3U);
  EXPECT_EQ(router_.sent[{5}].size(), 1U);
  EXPECT_TRUE(events_.empty());
  Envelope<MasterToFramework> answer = decode_master_to_framework(router_.sent[{5}][0]).value();
  EXPECT_EQ(answer.header.sequence, 0U);
}

TEST_F(PeerLinksTest, APeerFromTheFutureIsNotObeyed) {
  Envelope<AgentToMaster> envelope{
      {.cluster = {"c"}, .epoch = {4}, .session = {9}, .sequence = 1, .peer = {"agent/a1"}},
      {AgentHeartbeat{}}};
  links_.on_incoming({.from = {5}, .principal = {"p"}, .bytes = encode(envelope)});
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(links_.counters().refused, 1U);
}

TEST_F(PeerLinksTest, SilentLinksAreForgotten) {
  links_.on_incoming(heartbeat(9, 1));
  clock_.time = clock_.time + limits::kLinkIdleMax + seconds(1);
  links_.forget_idle();
  EXPECT_EQ(links_.size(), 0U);
}

}  // namespace
}  // namespace fairlead

#include "runtime/link/peer_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "agent/registration_parts.h"
#include "common/limits.h"
#include "master/open_registrations.h"
#include "runtime/link/dealer_link.h"
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

/// Of equal length, so that the order of texts is that of numbers.
std::string to_text(int number) {
  return std::to_string(1'000 + number);
}

class RecordedRouter : public Router {
 public:
  SendOutcome send(ConnectionId to, BytesView bytes) override {
    if (outcome == SendOutcome::kSent) sent[to].emplace_back(bytes.begin(), bytes.end());
    return outcome;
  }
  std::map<ConnectionId, std::vector<Bytes>> sent;
  SendOutcome outcome = SendOutcome::kSent;
};

/// An agent's end whose bytes arrive at once.
class ForwardingDealer : public Dealer {
 public:
  explicit ForwardingDealer(PeerLinks& links) : links_(links) {}
  SendOutcome send(BytesView bytes) override {
    EXPECT_LE(bytes.size(), limits::kMessageBytesMax);
    links_.on_incoming({.from = {5}, .principal = {"p"}, .bytes = {bytes.begin(), bytes.end()}});
    return SendOutcome::kSent;
  }

 private:
  PeerLinks& links_;
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

TEST_F(PeerLinksTest, APeerThatSawALaterEpochIsRefusedAndRemembered) {
  EXPECT_EQ(links_.epoch_ahead(), Epoch{});
  for (std::uint64_t epoch : {3U, 9U, 8U}) {
    Envelope<AgentToMaster> envelope{
        {.cluster = {"c"}, .epoch = {epoch}, .session = {9}, .sequence = 1, .peer = {"agent/a1"}},
        {AgentHeartbeat{}}};
    links_.on_incoming({.from = {epoch}, .principal = {"p"}, .bytes = encode(envelope)});
  }
  EXPECT_EQ(heard<AgentSaid>().size(), 1U);  // that of our own epoch
  EXPECT_EQ(links_.counters().refused, 2U);
  EXPECT_EQ(links_.epoch_ahead(), Epoch{9});
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

TEST_F(PeerLinksTest, OffersTooLargeForOneEnvelopeLeaveInSeveralInOrder) {
  Envelope<FrameworkToMaster> hello{
      {.cluster = {"c"}, .session = {9}, .sequence = 1, .peer = {"framework/f1"}},
      {FrameworkHeartbeat{}}};
  links_.on_incoming({.from = {5}, .principal = {"p"}, .bytes = encode(hello)});
  NamedSet volumes{.name = "volumes", .items = {}};
  for (int i = 0; i < 500; ++i) volumes.items.push_back(std::string(2'000, 'v') + to_text(i));
  Offers offers;
  for (std::uint64_t number = 1; number <= 9; ++number) {
    Offer offer;
    offer.id = {number};
    offer.framework = {"f1"};
    offer.role = {"r"};
    offer.agent = {"a1"};
    offer.resources = plain(Amounts{.sets = {volumes}});
    offers.offers.push_back(std::move(offer));
  }
  links_.send(SendToFramework{heard<FrameworkSaid>()[0].sender.connection, {"f1"}, offers});
  links_.flush();
  std::vector<std::uint64_t> numbers;
  std::uint64_t sequence = 0;
  for (const Bytes& bytes : router_.sent[{5}]) {
    EXPECT_LE(bytes.size(), limits::kMessageBytesMax);
    Envelope<MasterToFramework> envelope = decode_master_to_framework(bytes).value();
    EXPECT_EQ(envelope.header.sequence, ++sequence);
    for (const Offer& offer : std::get<Offers>(envelope.messages.at(0)).offers) {
      numbers.push_back(offer.id.number);
    }
  }
  EXPECT_GT(sequence, 1U);
  EXPECT_THAT(numbers, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST_F(PeerLinksTest, ARegistrationOfTenThousandTasksArrivesWhole) {
  RegisterAgent whole{.agent = {.id = {"a1"}}, .epoch_seen = {3}, .tasks = {}};
  for (int i = 0; i < static_cast<int>(limits::kTasksPerAgentMax); ++i) {
    TaskReport report;
    report.token = {.framework = {"f1"}, .task = {"t" + to_text(i)}, .attempt = 1, .agent = {"a1"}};
    report.name = std::string(limits::kIdCharsMax, 'n');
    report.role = {"r"};
    report.resources = plain(Amounts{.scalars = {.standard = {100, 1'024, 0, 0}}});
    report.status.framework = report.token.framework;
    report.status.task = report.token.task;
    report.status.attempt = 1;
    report.status.agent = report.token.agent;
    report.status.container_path = "f1/t" + to_text(i) + "/1";
    whole.tasks.push_back(std::move(report));
  }
  ForwardingDealer dealer(links_);
  DealerLink<AgentToMaster, MasterToAgent> agent(&encode, &decode_master_to_agent);
  EnvelopeHeader header{.cluster = {"c"}, .session = {9}, .peer = {"agent/a1"}};
  std::vector<AgentToMaster> parts = in_parts(whole, limits::kRegistrationPartBytes);
  EXPECT_GT(parts.size(), 1U);
  for (AgentToMaster& part : parts) EXPECT_TRUE(agent.send(dealer, header, {std::move(part)}));
  EXPECT_EQ(links_.counters().refused, 0U);
  EXPECT_TRUE(heard<AgentLinkBroken>().empty());
  master::OpenRegistrations open;
  std::optional<RegisterAgent> arrived;
  for (const AgentSaid& said : heard<AgentSaid>()) {
    arrived = open.take(clock_.now(), said.sender, std::get<RegisterAgentPart>(said.message)).whole;
  }
  ASSERT_TRUE(arrived);
  EXPECT_EQ(*arrived, whole);
}

TEST_F(PeerLinksTest, SilentLinksAreForgotten) {
  links_.on_incoming(heartbeat(9, 1));
  clock_.time = clock_.time + limits::kLinkIdleMax + seconds(1);
  links_.forget_idle();
  EXPECT_EQ(links_.size(), 0U);
}

}  // namespace
}  // namespace fairlead

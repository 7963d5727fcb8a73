#include "tests/runtime/transport_fixture.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;

TEST_F(TransportTest, PortZeroBindsAFreePortAndSaysWhich) {
  auto a = bind();
  auto b = bind();
  EXPECT_THAT(a->endpoint(), ::testing::MatchesRegex("tcp://127.0.0.1:[1-9][0-9]+"));
  EXPECT_NE(a->endpoint(), b->endpoint());
}

TEST_F(TransportTest, MessagesGoThereAndBackInOrder) {
  auto router = bind();
  auto dealer = connect_up(router->endpoint());
  EXPECT_EQ(dealer->send(bytes_of("one")), SendOutcome::kSent);
  EXPECT_EQ(dealer->send(bytes_of("two")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 2; });
  EXPECT_EQ(received_[0].text, "one");
  EXPECT_EQ(received_[1].text, "two");
  EXPECT_EQ(received_[0].principal, "anonymous");
  EXPECT_EQ(received_[0].from, received_[1].from);
  EXPECT_EQ(router->send(received_[0].from, bytes_of("reply")), SendOutcome::kSent);
  run_until([&] { return !replies_.empty(); });
  EXPECT_THAT(replies_, ElementsAre("reply"));
  EXPECT_EQ(router->counters().messages_received, 2u);
  EXPECT_EQ(router->counters().bytes_received, 6u);
}

TEST_F(TransportTest, ManyMessagesInBothDirectionsLoseNoWake) {
  auto router = bind({.receive_burst_max = 7});
  auto dealer = connect_up(router->endpoint(), {.receive_burst_max = 5});
  constexpr std::size_t kMessages = 5'000;
  std::size_t sent = 0;
  std::size_t answered = 0;
  run_until([&] {
    // Both ends send in the round in which they receive: each send may swallow a report.
    for (; answered < received_.size(); ++answered) {
      EXPECT_EQ(router->send(received_[answered].from, bytes_of(received_[answered].text)),
                SendOutcome::kSent);
    }
    for (; sent < kMessages && sent < replies_.size() + 64; ++sent) {
      EXPECT_EQ(dealer->send(bytes_of(std::to_string(sent))), SendOutcome::kSent);
    }
    return replies_.size() == kMessages;
  });
  EXPECT_EQ(replies_.back(), std::to_string(kMessages - 1));
}

TEST_F(TransportTest, EachPeerIsALinkOfItsOwn) {
  auto router = bind();
  auto a = connect_up(router->endpoint());
  auto b = connect_up(router->endpoint());
  EXPECT_EQ(a->send(bytes_of("a")), SendOutcome::kSent);
  EXPECT_EQ(b->send(bytes_of("b")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 2; });
  EXPECT_NE(received_[0].from, received_[1].from);
  EXPECT_EQ(router->links(), 2u);
}

TEST_F(TransportTest, SendToANameThatWasNeverGivenIsGone) {
  auto router = bind();
  EXPECT_EQ(router->send({0}, bytes_of("x")), SendOutcome::kGone);
  EXPECT_EQ(router->send({12345}, bytes_of("x")), SendOutcome::kGone);
  EXPECT_EQ(router->counters().sends_gone, 2u);
}

TEST_F(TransportTest, SendToAPeerThatLeftBecomesGone) {
  auto router = bind();
  auto dealer = connect_up(router->endpoint());
  EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  dealer.reset();
  run_until([&] { return router->send(received_[0].from, bytes_of("?")) == SendOutcome::kGone; });
  EXPECT_EQ(router->links(), 0u);
}

TEST_F(TransportTest, PeerThatDoesNotReadFillsItsQueueAndNobodyElses) {
  auto router = bind({.peer_queue_messages = 10});
  auto idle = raw_dealer(router->endpoint(), "");
  idle->set(ZMQ_RCVHWM, 10);
  auto reader = connect_up(router->endpoint());
  send_frames(*idle, {"idle"});
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(reader->send(bytes_of("reader")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 2; });
  Bytes big(256 << 10, 'x');
  run_until([&] {
    EXPECT_TRUE(loop_->post([] {}));  // another round at once
    return router->send(received_[0].from, big) == SendOutcome::kFull;
  });
  EXPECT_GE(router->counters().sends_full, 1u);
  EXPECT_EQ(router->send(received_[1].from, bytes_of("for you")), SendOutcome::kSent);
  run_until([&] { return !replies_.empty(); });
}

TEST_F(TransportTest, DealerWhoseMasterDoesNotReadIsFull) {
  auto socket = ZmqSocket::open(context_, ZMQ_ROUTER);
  ASSERT_TRUE(socket.ok());
  (*socket)->set(ZMQ_RCVHWM, 10);
  ASSERT_EQ(zmq_bind((*socket)->handle(), "tcp://127.0.0.1:*"), 0);
  auto dealer = connect_up((*socket)->last_endpoint(), {.peer_queue_messages = 10});
  Bytes big(256 << 10, 'x');
  run_until([&] {
    EXPECT_TRUE(loop_->post([] {}));
    return dealer->send(big) == SendOutcome::kFull;
  });
  EXPECT_GE(dealer->counters().sends_full, 1u);
}

TEST_F(TransportTest, OversizeMessageIsNotSent) {
  auto router = bind({.message_bytes_max = 1'000});
  auto dealer = connect_up(router->endpoint(), {.message_bytes_max = 1'000});
  EXPECT_EQ(dealer->send(Bytes(1'001)), SendOutcome::kFull);
  EXPECT_EQ(dealer->counters().sends_oversize, 1u);
  EXPECT_EQ(dealer->send(Bytes(1'000)), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
}

TEST_F(TransportTest, PeerThatSendsOversizeLosesItsConnection) {
  auto router = bind({.message_bytes_max = 1'000});
  auto dealer = connect_up(router->endpoint());
  EXPECT_EQ(dealer->send(Bytes(1'001)), SendOutcome::kSent);
  run_until([&] { return links_.size() >= 2; });
  EXPECT_THAT(links_[1], LinkState::kDown);
  EXPECT_TRUE(received_.empty());
}

TEST_F(TransportTest, OtherThanOneFrameIsCountedAndIgnored) {
  auto router = bind();
  auto peer = raw_dealer(router->endpoint(), "");
  send_frames(*peer, {"a", "b"});
  send_frames(*peer, {"", "x", "y", "z"});
  send_frames(*peer, {""});
  send_frames(*peer, {"good"});
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(received_[0].text, "good");
  EXPECT_EQ(router->counters().ignored_malformed, 3u);
}

TEST_F(TransportTest, PeerThatBringsItsOwnIdentityIsIgnored) {
  auto router = bind();
  auto peer = raw_dealer(router->endpoint(), "agent/1");
  send_frames(*peer, {"listen to me"});
  run_until([&] { return router->counters().ignored_identity == 1; });
  EXPECT_TRUE(received_.empty());
  EXPECT_EQ(router->links(), 0u);
}

TEST_F(TransportTest, DeadLinksMakeRoomForNewOnes) {
  auto router = bind({.links_max = 3});
  for (int i = 0; i < 12; ++i) {
    auto dealer = connect_up(router->endpoint());
    std::string name = "dealer " + std::to_string(i);  // what the one before sent may still come
    run_until([&] {
      // The end of the one before may not be known yet: then this one is refused and tries again.
      EXPECT_EQ(dealer->send(bytes_of(name)), SendOutcome::kSent);
      return !received_.empty() && received_.back().text == name;
    });
    EXPECT_LE(router->links(), 3u);
  }
  EXPECT_GE(router->counters().links_closed, 9u);
}

TEST_F(TransportTest, LivingLinksAreNotPushedOut) {
  auto router = bind({.links_max = 2});
  std::vector<std::unique_ptr<ZmqDealer>> dealers;
  for (int i = 0; i < 3; ++i) dealers.push_back(connect_up(router->endpoint()));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(dealers[static_cast<std::size_t>(i)]->send(bytes_of("in")), SendOutcome::kSent);
  }
  run_until([&] { return received_.size() == 2; });
  EXPECT_EQ(dealers[2]->send(bytes_of("out")), SendOutcome::kSent);
  run_until([&] { return router->counters().ignored_links_full == 1; });
  EXPECT_EQ(received_.size(), 2u);
  EXPECT_EQ(router->links(), 2u);
}

TEST_F(TransportTest, DealerWithoutAMasterIsGoneAndConnectsWhenOneComes) {
  std::string endpoint;
  {
    ZmqContext gone;  // its end frees the port for certain
    endpoint = bind_on(gone)->endpoint();
  }
  auto dealer = connect(endpoint);
  EXPECT_EQ(dealer->send(bytes_of("lost")), SendOutcome::kGone);
  auto router = bind({.endpoint = endpoint});
  run_until([&] { return dealer->is_up(); });
  EXPECT_EQ(dealer->send(bytes_of("found")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(received_[0].text, "found");
}

TEST_F(TransportTest, DealerSeesItsMasterGoAndComeBack) {
  auto first_life = std::make_unique<ZmqContext>();
  auto router = bind_on(*first_life);
  std::string endpoint = router->endpoint();
  auto dealer = connect_up(endpoint);
  router.reset();
  first_life.reset();
  run_until([&] { return !dealer->is_up(); });
  EXPECT_EQ(dealer->send(bytes_of("stale")), SendOutcome::kGone);
  router = bind({.endpoint = endpoint});
  run_until([&] { return dealer->is_up(); });
  EXPECT_THAT(links_, ElementsAre(LinkState::kUp, LinkState::kDown, LinkState::kUp));
}

}  // namespace
}  // namespace fairlead::testing

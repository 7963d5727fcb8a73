#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zmq.h>

#include <deque>
#include <fstream>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zmq/zmq_dealer.h"
#include "runtime/adapters/zmq/zmq_router.h"
#include "tests/runtime/temporary_directory.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

struct Seen {
  ConnectionId from;
  std::string principal;
  std::string text;
};

/// A context, a loop that runs until a condition holds, and what the ends reported.
class TransportTest : public ::testing::Test {
 protected:
  TransportTest() {
    auto loop = EpollLoop::create(clock_);
    check(loop.ok(), "a loop can be made");
    loop_ = std::move(*loop);
  }

  /// Fails after 30 s, which no working run comes near.
  void run_until(const std::function<bool()>& holds) {
    Instant deadline = clock_.now() + seconds(30);
    bool done = holds();
    if (done) return;
    loop_->set_timer([&] { return deadline; }, [&](Instant) { loop_->stop(); });
    loop_->set_after_round([&] {
      done = done || holds();
      if (done) loop_->stop();
    });
    loop_->run();
    loop_->set_timer([] { return Instant::never(); }, [](Instant) {});
    loop_->set_after_round({});
    ASSERT_TRUE(done) << "the condition never held";
  }

  std::unique_ptr<ZmqRouter> bind(RouterOptions options = {}) {
    return bind_on(context_, std::move(options));
  }
  std::unique_ptr<ZmqRouter> bind_on(ZmqContext& context, RouterOptions options = {}) {
    auto router = ZmqRouter::bind(context, *loop_, std::move(options), [this](Incoming message) {
      received_.push_back({message.from, message.principal.text, text_of(message.bytes)});
    });
    EXPECT_TRUE(router.ok()) << (router.ok() ? "" : router.error().message);
    return std::move(*router);
  }

  std::unique_ptr<ZmqDealer> connect(const std::string& endpoint, DealerOptions options = {}) {
    options.endpoint = endpoint;
    options.reconnect_max = milliseconds(50);
    auto dealer = ZmqDealer::connect(
        context_, *loop_, std::move(options),
        [this](Incoming message) { replies_.push_back(text_of(message.bytes)); },
        [this](LinkState state) { links_.push_back(state); });
    EXPECT_TRUE(dealer.ok()) << (dealer.ok() ? "" : dealer.error().message);
    return std::move(*dealer);
  }
  std::unique_ptr<ZmqDealer> connect_up(const std::string& endpoint, DealerOptions options = {}) {
    auto dealer = connect(endpoint, std::move(options));
    run_until([&] { return dealer->is_up(); });
    return dealer;
  }

  /// A socket without any of our manners.
  std::unique_ptr<ZmqSocket> raw_dealer(const std::string& endpoint, const std::string& identity) {
    auto socket = ZmqSocket::open(context_, ZMQ_DEALER);
    check(socket.ok(), "a socket can be made");
    if (!identity.empty()) (*socket)->set(ZMQ_ROUTING_ID, identity);
    check(zmq_connect((*socket)->handle(), endpoint.c_str()) == 0, "it connects");
    return std::move(*socket);
  }
  static void send_frames(ZmqSocket& socket, const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      int flags = i + 1 < frames.size() ? ZMQ_SNDMORE : 0;
      EXPECT_GE(zmq_send(socket.handle(), frames[i].data(), frames[i].size(), flags), 0);
    }
  }

  SystemClock clock_;
  ZmqContext context_;
  std::unique_ptr<EpollLoop> loop_;
  std::vector<Seen> received_;
  std::vector<std::string> replies_;
  std::vector<LinkState> links_;
};

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
    std::size_t before = received_.size();
    run_until([&] {
      // The end of the one before may not be known yet: then this one is refused and tries again.
      EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
      return received_.size() > before;
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

// --- security ------------------------------------------------------------------------------------

class CurveTest : public TransportTest {
 protected:
  CurveTest() {
    allow({{client_, "agents"}});
    auto list = AllowList::load(directory_.file("allowed"));
    check(list.ok(), "the list is good");
    allow_list_ = std::move(*list);
    auto zap = ZapHandler::start(context_, *allow_list_);
    check(zap.ok(), "the handler starts");
    zap_ = std::move(*zap);
  }

  /// Replaces the allow-list file as an operator should: by rename.
  void allow(const std::vector<std::pair<CurveKeyPair, std::string>>& entries) {
    std::string path = directory_.file("allowed");
    {
      std::ofstream out(path + ".new");
      out << "# who may connect\n\n";
      for (const auto& [keys, principal] : entries) out << keys.public_key << ' ' << principal << '\n';
    }
    std::filesystem::permissions(path + ".new", std::filesystem::perms(0600));
    std::filesystem::rename(path + ".new", path);
  }

  RouterOptions with_curve() const { return {.keys = server_, .zap = zap_.get()}; }
  DealerOptions as(const CurveKeyPair& keys) const {
    return {.keys = DealerKeys{.own = keys, .server_public_key = server_.public_key}};
  }
  void run_until_refused() {
    run_until([&] { return !links_.empty() && links_.back() == LinkState::kRefused; });
  }

  TemporaryDirectory directory_;
  CurveKeyPair server_ = make_key_pair();
  CurveKeyPair client_ = make_key_pair();
  CurveKeyPair stranger_ = make_key_pair();
  std::unique_ptr<AllowList> allow_list_;
  std::unique_ptr<ZapHandler> zap_;
};

TEST_F(CurveTest, AllowedKeyComesWithItsPrincipal) {
  auto router = bind(with_curve());
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(received_[0].principal, "agents");
  EXPECT_EQ(zap_->counters().accepted, 1u);
}

TEST_F(CurveTest, UnknownKeyIsDenied) {
  auto router = bind(with_curve());
  auto dealer = connect(router->endpoint(), as(stranger_));
  run_until_refused();
  EXPECT_FALSE(dealer->is_up());
  EXPECT_GE(zap_->counters().denied, 1u);
  EXPECT_EQ(router->counters().messages_received, 0u);
}

TEST_F(CurveTest, ClientWithoutKeysIsDenied) {
  auto router = bind(with_curve());
  auto dealer = connect(router->endpoint());
  run_until_refused();
  EXPECT_FALSE(dealer->is_up());
}

TEST_F(CurveTest, ClientThatPinsAnotherServerKeyNeverComesUp) {
  auto router = bind(with_curve());
  DealerOptions options = as(client_);
  options.keys->server_public_key = stranger_.public_key;
  auto dealer = connect(router->endpoint(), std::move(options));
  run_until_refused();
  EXPECT_FALSE(dealer->is_up());
  EXPECT_EQ(zap_->counters().accepted, 0u);
}

TEST_F(CurveTest, KeyAddedToTheFileMayConnectWithoutARestart) {
  auto router = bind(with_curve());
  auto dealer = connect(router->endpoint(), as(stranger_));
  run_until_refused();
  allow({{client_, "agents"}, {stranger_, "batch"}});
  run_until([&] { return dealer->is_up(); });
  EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(received_[0].principal, "batch");
}

TEST_F(CurveTest, RevokedKeyIsIgnoredOnItsLivingLink) {
  auto router = bind(with_curve());
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("before")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  allow({{stranger_, "agents"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  EXPECT_EQ(dealer->send(bytes_of("after")), SendOutcome::kSent);
  run_until([&] { return router->counters().ignored_revoked == 1; });
  EXPECT_EQ(received_.size(), 1u);
  EXPECT_EQ(router->send(received_[0].from, bytes_of("x")), SendOutcome::kGone);
}

TEST_F(CurveTest, BrokenNewListKeepsTheOldOne) {
  std::ofstream(directory_.file("allowed")) << "nonsense\n";
  Status read = allow_list_->refresh();
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("line 1: expected a public key"));
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), Principal{"agents"});
}

TEST_F(CurveTest, SecondHandlerOnOneContextIsAConflict) {
  auto second = ZapHandler::start(context_, *allow_list_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(TransportTest, OpenAddressWithoutKeysIsRefused) {
  auto router = ZmqRouter::bind(context_, *loop_, {.endpoint = "tcp://0.0.0.0:0"}, [](Incoming) {});
  ASSERT_FALSE(router.ok());
  EXPECT_EQ(router.error().code, ErrorCode::kDenied);
  EXPECT_EQ(router.error().message,
            "endpoint without keys: expected a loopback address, as tcp://127.0.0.1:5050, got "
            "\"tcp://0.0.0.0:0\"; hint: make keys and give their files, or say --insecure: whoever "
            "reaches this address then commands the cluster");
}

TEST_F(TransportTest, AddressThatIsTakenIsUnavailable) {
  auto first = bind();
  auto second = ZmqRouter::bind(context_, *loop_, {.endpoint = first->endpoint()}, [](Incoming) {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace fairlead::testing

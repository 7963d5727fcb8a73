// Both ends of the transport over loopback in one loop, which runs until a condition holds.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zmq.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zmq/zmq_dealer.h"
#include "runtime/adapters/zmq/zmq_router.h"

namespace fairlead::testing {

inline Bytes bytes_of(std::string_view text) {
  return Bytes(text.begin(), text.end());
}
inline std::string text_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

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

}  // namespace fairlead::testing

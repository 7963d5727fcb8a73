#include "frameworks/pods/daemon/tcp_prober.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "tests/support/poll_loop.h"

namespace fairlead::pods {
namespace {

class HandClock final : public Clock {
 public:
  Instant now() const override { return at; }
  WallTime wall() const override { return {}; }
  Instant at;
};

/// A port of loopback that listens while this lives.
class Listener {
 public:
  Listener() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(0, ::bind(descriptor_, plain, size));
    EXPECT_EQ(0, ::getsockname(descriptor_, plain, &size));
    port = ntohs(address.sin_port);
  }
  ~Listener() { ::close(descriptor_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Until then the port is taken, and refuses.
  void listen() { EXPECT_EQ(0, ::listen(descriptor_, 8)); }
  std::uint32_t port = 0;

 private:
  int descriptor_;
};

class Prober : public testing::Test {
 protected:
  ProbeTarget target(const std::string& host) const {
    return {.host = host,
            .port = listener_.port,
            .first = Instant{} + seconds(1),
            .period = seconds(2),
            .timeout = seconds(1)};
  }
  /// Lets time reach the prober's next deadline and waits for one more report.
  bool next_report() {
    const std::size_t before = reports_.size();
    clock_.at = prober_->next_deadline();
    prober_->on_due(clock_.at);
    return loop_.run_until([&] { return reports_.size() > before; });
  }

  HandClock clock_;
  test::PollLoop loop_;
  Listener listener_;
  std::vector<Probed> reports_;
  std::unique_ptr<TcpProber> prober_ =
      TcpProber::create(loop_, clock_, [this](const Probed& probed) {
        reports_.push_back(probed);
      }).value();
};

TEST_F(Prober, ConnectsOnceThePortListens) {
  prober_->set_targets({{{"web", 1, 1}, target("127.0.0.1")}});
  EXPECT_EQ(Instant{} + seconds(1), prober_->next_deadline());
  ASSERT_TRUE(next_report());
  EXPECT_FALSE(reports_.back().connected);
  EXPECT_EQ(Instant{} + seconds(3), prober_->next_deadline());
  listener_.listen();
  ASSERT_TRUE(next_report());
  EXPECT_TRUE(reports_.back().connected);
  EXPECT_EQ((ReplicaRef{"web", 1, 1}), reports_.back().replica);
}

TEST_F(Prober, AHostThatIsNoAddressIsAFailureAndNoLookup) {
  prober_->set_targets({{{"web", 1, 1}, target("no-such-host.invalid")}});
  ASSERT_TRUE(next_report());
  EXPECT_FALSE(reports_.back().connected);
}

TEST_F(Prober, WhatIsNoTargetAnyMoreIsNotProbed) {
  prober_->set_targets({{{"web", 1, 1}, target("localhost")}});
  prober_->set_targets({});
  EXPECT_TRUE(prober_->next_deadline().is_never());
  prober_->on_due(Instant{} + seconds(9));
  EXPECT_TRUE(reports_.empty());
}

}  // namespace
}  // namespace fairlead::pods

// Peers that fill the memory, over real sockets: a message that never ends, and more than is read.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <limits>
#include <thread>

#include "runtime/adapters/process/memory_use.h"
#include "runtime/adapters/zmq/connections.h"
#include "tests/runtime/curve_fixture.h"

namespace fairlead::testing {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr MemoryBounds kBounds = {
    .memory_bytes_max = 100 * kMiB, .close_bytes_min = 4 * kMiB, .revoke_bytes_min = 16 * kMiB};

RouterOptions always_over(RouterOptions options) {
  options.look_every = milliseconds(5);
  options.receive_burst_max = 1;
  options.memory = kBounds;
  options.memory_in_use = [](std::uint64_t enough) { return enough + 1; };
  return options;
}

/// Speaks ZMTP 3.0 without keys by hand, as no libzmq would.
class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
          "the Router listens");
    std::string greeting("\xFF\0\0\0\0\0\0\0\1\x7F\3\0NULL", 16);
    greeting.resize(64, '\0');
    send_all(greeting);
    send_all(std::string("\4\x1C\5READY\x0BSocket-Type\0\0\0\6DEALER", 30));
  }
  ~RawPeer() { ::close(socket_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  /// A frame of 1 MiB after which the message goes on.
  void send_frame_and_more() {
    send_all(std::string("\3\0\0\0\0\0\x10\0\0", 9));
    send_all(std::string(kMiB, 'x'));
  }
  /// Reads what the other end said until it hangs up.
  void wait_for_end() const {
    char bytes[256];
    while (::recv(socket_, bytes, sizeof bytes, 0) > 0) {
    }
  }

 private:
  void send_all(const std::string& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
      ssize_t now = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      check(now > 0, "the Router reads");
      sent += static_cast<std::size_t>(now);
    }
  }
  const int socket_;
};

/// A Router that takes nothing after "wait" until so many bytes have arrived; only then the memory
/// is over the watermark.
class MemoryWatchTest : public CurveTest {
 protected:
  std::unique_ptr<ZmqRouter> bind_slow(std::uint64_t arrived_bytes) {
    RouterOptions options = always_over(with_curve());
    options.memory_in_use = [this](std::uint64_t enough) { return enough + (is_over_ ? 1 : 0); };
    auto router = ZmqRouter::bind(context_, *loop_, std::move(options),
                                  [this, arrived_bytes](const Incoming& message) {
                                    if (text_of(message.bytes) != "wait") return;
                                    wait_for_bytes(arrived_bytes);
                                    is_over_ = true;
                                  });
    check(router.ok(), "it binds");
    port_ = port_of((*router)->endpoint());
    return std::move(*router);
  }
  void wait_for_bytes(std::uint64_t arrived_bytes) {
    Instant deadline = clock_.now() + seconds(30);
    while (clock_.now() < deadline) {
      for (const Connection& one : accepted_connections(port_)) {
        if (one.received_bytes >= arrived_bytes) return;
      }
      std::this_thread::yield();
    }
    ADD_FAILURE() << "the bytes never arrived";
  }
  static void send_mebibytes(ZmqDealer& dealer, int count) {
    EXPECT_EQ(dealer.send(bytes_of("wait")), SendOutcome::kSent);
    Bytes payload(kMiB, 1);
    for (int i = 0; i < count; ++i) EXPECT_EQ(dealer.send(payload), SendOutcome::kSent);
  }
  std::uint16_t port_ = 0;
  bool is_over_ = false;
};

TEST_F(TransportTest, MessageThatNeverEndsCostsTheConnection) {
  auto router = bind(always_over({}));
  auto bystander = connect_up(router->endpoint());
  EXPECT_EQ(bystander->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  RawPeer peer(port_of(router->endpoint()));
  for (int i = 0; i < 5; ++i) peer.send_frame_and_more();
  run_until([&] { return router->counters().shut_memory == 1; });
  peer.wait_for_end();
  EXPECT_EQ(router->counters().messages_received, 1u);
  EXPECT_EQ(router->counters().keys_revoked, 0u);
  EXPECT_TRUE(bystander->is_up());
  EXPECT_EQ(bystander->counters().links_closed, 0u);
}

TEST_F(TransportTest, BelowTheWatermarkNobodyIsShut) {
  RouterOptions options = always_over({});
  int looks = 0;
  options.memory_in_use = [&looks](std::uint64_t enough) {
    ++looks;
    return enough;
  };
  auto router = bind(std::move(options));
  RawPeer peer(port_of(router->endpoint()));
  for (int i = 0; i < 5; ++i) peer.send_frame_and_more();
  run_until([&] { return looks >= 3; });
  EXPECT_EQ(router->counters().shut_memory, 0u);
}

TEST_F(MemoryWatchTest, KeyThatFillsTheMemoryIsRevokedAndRefusedAfterwards) {
  auto router = bind_slow(24 * kMiB);
  auto dealer = connect_up(router->endpoint(), as(client_));
  send_mebibytes(*dealer, 25);
  run_until([&] { return router->counters().keys_revoked == 1; });
  EXPECT_EQ(router->counters().shut_memory, 1u);
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), std::nullopt);
  run_until_refused();
  // An operator takes the key out and puts it in again.
  allow({{stranger_, "batch"}});
  run_until([&] { return allow_list_->revoked() == 0; });
  allow({{client_, "agents"}});
  run_until([&] { return dealer->is_up(); });
}

TEST_F(MemoryWatchTest, KeyThatHoldsLessLosesOnlyItsConnectionAndComesBack) {
  auto router = bind_slow(11 * kMiB);
  auto dealer = connect_up(router->endpoint(), as(client_));
  send_mebibytes(*dealer, 12);
  run_until([&] { return router->counters().shut_memory == 1; });
  run_until([&] { return dealer->counters().links_opened == 2; });
  EXPECT_EQ(router->counters().keys_revoked, 0u);
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), Principal{"agents"});
}

TEST(Connections, PortIsTheEndpointsEnd) {
  EXPECT_EQ(port_of("tcp://127.0.0.1:5050"), 5050);
  EXPECT_EQ(port_of("tcp://[::1]:80"), 80);
  EXPECT_EQ(port_of("tcp://127.0.0.1:x"), 0);
  EXPECT_EQ(port_of(""), 0);
}

TEST(MemoryUse, TouchedMemoryIsInUse) {
  std::vector<char> block(64 * kMiB, 1);
  EXPECT_GE(memory_in_use_bytes(std::numeric_limits<std::uint64_t>::max()), block.size());
  EXPECT_GE(memory_in_use_bytes(0), block.size());
}

}  // namespace
}  // namespace fairlead::testing

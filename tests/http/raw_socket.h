// A client that sends whatever a test wants, well-formed or not, over plain TCP or TLS. Loopback
// only; every read is bounded by a generous time-out that a passing test never reaches.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/adapters/http/tls_session.h"

namespace fairlead {

class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port)
      : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  /// Shakes hands, too; is_open() says whether that went well.
  RawSocket(std::uint16_t port, const TlsContext& context) : RawSocket(port) {
    tls_.emplace(TlsSession::client(context, "127.0.0.1"));
    send_plain(tls_->take_wire());
    while (!tls_->is_open() && receive()) send_plain(tls_->take_wire());
  }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket() { close(descriptor_); }

  bool is_connected() const { return connected_; }
  bool is_open() const { return tls_ && tls_->is_open(); }
  void send(std::string_view bytes) {
    if (!tls_) return send_plain(bytes);
    tls_->send(bytes);
    send_plain(tls_->take_wire());
  }
  /// Around the encryption.
  void send_plain(std::string_view bytes) const {
    static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  /// Everything until the server closes; "TIMEOUT" at the end when it does not, "CUT" when it ends
  /// TLS without saying so.
  std::string read_to_end() {
    return read_while([](const std::string&) { return true; });
  }
  /// Everything until `mark` has been seen `times` times.
  std::string read_until(std::string_view mark, int times = 1) {
    return read_while([&](const std::string& text) {
      int seen = 0;
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
        ++seen;
      return seen < times;
    });
  }

 private:
  template <class More>
  std::string read_while(More more) {
    for (;;) {
      if (!more(text_) || !receive()) return std::exchange(text_, {});
    }
  }

  /// Adds what comes next to text_; false at the end.
  bool receive() {
    pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (poll(&watched, 1, 20'000) != 1) {
      text_ += "TIMEOUT";
      return false;
    }
    char block[4096];
    const ssize_t got = recv(descriptor_, block, sizeof block, 0);
    if (got <= 0) {
      if (is_open() && !tls_->has_ended()) text_ += "CUT";
      return false;
    }
    const std::string_view bytes(block, static_cast<std::size_t>(got));
    if (!tls_) {
      text_ += bytes;
      return true;
    }
    const bool good = tls_->receive(bytes).ok();
    text_ += tls_->take_plain();
    return good;
  }

  int descriptor_;
  bool connected_ = false;
  std::optional<TlsSession> tls_;
  std::string text_;
};

}  // namespace fairlead

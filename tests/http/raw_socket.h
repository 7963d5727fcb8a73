// A plain TCP client that sends whatever a test wants, well-formed or not, and a recording
// handler. Loopback only; every read is bounded by a generous time-out that a passing test never
// reaches.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

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
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket() { close(descriptor_); }

  bool is_connected() const { return connected_; }
  void send(std::string_view bytes) const {
    static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  void end_sending() const { shutdown(descriptor_, SHUT_WR); }

  /// Everything until the server closes; "TIMEOUT" at the end when it does not.
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
    std::string text;
    while (more(text)) {
      pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
      if (poll(&watched, 1, 20'000) != 1) return text + "TIMEOUT";
      char block[4096];
      const ssize_t got = recv(descriptor_, block, sizeof block, 0);
      if (got <= 0) return text;
      text.append(block, static_cast<std::size_t>(got));
    }
    return text;
  }

  int descriptor_;
  bool connected_ = false;
};

}  // namespace fairlead

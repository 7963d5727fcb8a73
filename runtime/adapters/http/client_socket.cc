#include "runtime/adapters/http/client_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace fairlead {
namespace {

constexpr std::size_t kSliceBytes = 64 << 10;  // encrypted at once

Error unavailable(const std::string& what, int number) {
  return Error{.code = ErrorCode::kUnavailable, .message = what + ": " + std::strerror(number)};
}

}  // namespace

ClientSocket::~ClientSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Instant ClientSocket::now() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return {t.tv_sec * 1'000'000'000 + t.tv_nsec};
}

Status ClientSocket::wait(short events, Instant deadline) {
  for (;;) {
    pollfd watched[2] = {{.fd = descriptor_, .events = events, .revents = 0},
                         {.fd = stop_descriptor_, .events = POLLIN, .revents = 0}};
    int wait_ms = -1;
    if (!deadline.is_never()) {
      const std::int64_t left_ms = (deadline - now()).ns / 1'000'000 + 1;
      if (left_ms <= 0) return Error{.code = ErrorCode::kTimedOut, .message = "no answer in time"};
      wait_ms = static_cast<int>(std::min<std::int64_t>(left_ms, 1'000'000));
    }
    const int ready = poll(watched, 2, wait_ms);
    if (ready < 0 && errno != EINTR) return unavailable("poll", errno);
    if (ready <= 0) continue;
    if (watched[1].revents != 0)
      return Error{.code = ErrorCode::kConflict, .message = "interrupted"};
    if (watched[0].revents != 0) return {};
  }
}

Status ClientSocket::connect(const ServerAddress& server, Instant deadline) {
  const std::string name = server.authority();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failure = getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found);
      failure != 0) {
    return Error{.code = ErrorCode::kUnavailable, .message = name + ": " + gai_strerror(failure)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  Error last{.code = ErrorCode::kUnavailable, .message = name + ": no address"};
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor_ < 0) return unavailable("socket", errno);
    const int one = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (::connect(descriptor_, at->ai_addr, at->ai_addrlen) == 0) return {};
    if (errno == EINPROGRESS) {
      if (Status ready = wait(POLLOUT, deadline); !ready) {
        return Error{.code = ready.error().code, .message = name + ": " + ready.error().message};
      }
      int failure = 0;
      socklen_t bytes = sizeof failure;
      getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &failure, &bytes);
      if (failure == 0) return {};
      errno = failure;
    }
    last = unavailable(name, errno);
  }
  return last;
}

Status ClientSocket::send_plain(std::string_view bytes, Instant deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (Status ready = wait(POLLOUT, deadline); !ready) return ready;
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return {};  // The server may have answered already, without wanting all of it: read that.
    } else if (errno != EINTR) {
      return unavailable("send", errno);
    }
  }
  return {};
}

Result<std::string_view> ClientSocket::receive_plain(Instant deadline) {
  for (;;) {
    if (Status ready = wait(POLLIN, deadline); !ready) return ready.error();
    const ssize_t got = recv(descriptor_, block_, sizeof block_, 0);
    if (got >= 0) return std::string_view(block_, static_cast<std::size_t>(got));
    if (errno != EAGAIN && errno != EINTR) return unavailable("connection cut", errno);
  }
}

Status ClientSocket::start_tls(const TlsContext& context, const ServerAddress& server,
                               Instant deadline) {
  tls_.emplace(TlsSession::client(context, server.host));
  Status shaken = shake_hands(deadline);
  if (shaken) return {};
  return Error{.code = shaken.error().code,
               .message = server.url() + ": " + shaken.error().message};
}

Status ClientSocket::shake_hands(Instant deadline) {
  while (!tls_->is_open()) {
    if (Status sent = send_plain(tls_->take_wire(), deadline); !sent) return sent;
    Result<std::string_view> bytes = receive_plain(deadline);
    if (!bytes) return bytes.error();
    if (bytes->empty()) {
      return Error{.code = ErrorCode::kUnavailable,
                   .message = "the connection was cut during the TLS handshake"};
    }
    if (Status good = tls_->receive(*bytes); !good) {
      // The alert tells the server why; whether it arrives changes nothing.
      static_cast<void>(send_plain(tls_->take_wire(), deadline));
      return good;
    }
  }
  return send_plain(tls_->take_wire(), deadline);
}

Status ClientSocket::send_all(std::string_view bytes, Instant deadline) {
  if (!tls_) return send_plain(bytes, deadline);
  while (!bytes.empty()) {
    const std::string_view slice = bytes.substr(0, kSliceBytes);
    bytes.remove_prefix(slice.size());
    tls_->send(slice);
    if (Status sent = send_plain(tls_->take_wire(), deadline); !sent) return sent;
  }
  return {};
}

Result<std::string_view> ClientSocket::receive(Instant deadline) {
  if (!tls_) return receive_plain(deadline);
  decrypted_ = tls_->take_plain();
  while (decrypted_.empty() && !tls_->has_ended()) {
    Result<std::string_view> bytes = receive_plain(deadline);
    if (!bytes) return bytes.error();
    if (bytes->empty()) {
      return Error{.code = ErrorCode::kUnavailable, .message = "the connection was cut"};
    }
    if (Status good = tls_->receive(*bytes); !good) return good.error();
    decrypted_ = tls_->take_plain();
  }
  return std::string_view(decrypted_);
}

std::string ClientSocket::peer_address() const {
  sockaddr_storage peer{};
  socklen_t bytes = sizeof peer;
  char text[INET6_ADDRSTRLEN] = "";
  const auto* address = reinterpret_cast<const sockaddr*>(&peer);
  if (getpeername(descriptor_, reinterpret_cast<sockaddr*>(&peer), &bytes) != 0 ||
      getnameinfo(address, bytes, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return text;
}

}  // namespace fairlead

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

Error unavailable(const std::string& what, int number) {
  return Error{.code = ErrorCode::kUnavailable, .message = what + ": " + std::strerror(number)};
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view address) {
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = address;
  if (rest.substr(0, kScheme.size()) == kScheme) rest.remove_prefix(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  HostPort out;
  if (colon != std::string_view::npos) {
    out.port = std::string(rest.substr(colon + 1));
    out.host = std::string(rest.substr(0, colon));
  }
  if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
  } else if (out.host.find(':') != std::string::npos) {
    out.host.clear();
  }
  const bool digits =
      !out.port.empty() && out.port.size() <= 5 &&
      std::all_of(out.port.begin(), out.port.end(), [](char c) { return c >= '0' && c <= '9'; });
  // Nothing that could end a header line may come through here.
  const bool plain = std::all_of(out.host.begin(), out.host.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '/' && c != '@';
  });
  if (!digits || out.host.empty() || !plain || std::stoi(out.port) < 1 ||
      std::stoi(out.port) > 65535) {
    return invalid({.what = "address", .expected = "host:port", .got = std::string(address)});
  }
  return out;
}

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

Status ClientSocket::connect(const HostPort& peer, Instant deadline) {
  const std::string name = peer.host + ":" + peer.port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failure = getaddrinfo(peer.host.c_str(), peer.port.c_str(), &hints, &found);
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

Status ClientSocket::send_all(std::string_view bytes, Instant deadline) {
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

Result<std::string_view> ClientSocket::receive(Instant deadline) {
  for (;;) {
    if (Status ready = wait(POLLIN, deadline); !ready) return ready.error();
    const ssize_t got = recv(descriptor_, block_, sizeof block_, 0);
    if (got >= 0) return std::string_view(block_, static_cast<std::size_t>(got));
    if (errno != EAGAIN && errno != EINTR) return unavailable("connection cut", errno);
  }
}

}  // namespace fairlead

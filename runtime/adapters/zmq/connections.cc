#include "runtime/adapters/zmq/connections.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

namespace fairlead {
namespace {

constexpr std::uint8_t kListening = 10;  // TCP_LISTEN of the kernel

std::uint16_t local_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

std::optional<std::uint64_t> received_bytes(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  bool is_known = ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
                  info.tcpi_state != kListening;
  if (!is_known) return std::nullopt;
  return info.tcpi_bytes_received;
}

}  // namespace

std::uint16_t port_of(const std::string& endpoint) {
  std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos) return 0;
  std::uint16_t port = 0;
  const char* end = endpoint.data() + endpoint.size();
  auto [stopped, error] = std::from_chars(endpoint.data() + colon + 1, end, port);
  return error == std::errc() && stopped == end ? port : std::uint16_t{0};
}

std::vector<Connection> accepted_connections(std::uint16_t port) {
  std::vector<Connection> connections;
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    std::string name = entries->path().filename().string();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (descriptor < 0 || port == 0 || local_port(descriptor) != port) continue;
    std::optional<std::uint64_t> received = received_bytes(descriptor);
    if (received) connections.push_back({.descriptor = descriptor, .received_bytes = *received});
  }
  std::sort(connections.begin(), connections.end(),
            [](const Connection& a, const Connection& b) { return a.descriptor < b.descriptor; });
  return connections;
}

bool shut_down(int descriptor) {
  return ::shutdown(descriptor, SHUT_RDWR) == 0;
}

}  // namespace fairlead

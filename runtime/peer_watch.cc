#include "runtime/peer_watch.h"

#include <algorithm>

namespace fairlead {
namespace {

// Greeting, HELLO, INITIATE with the metadata: some 700 bytes.
constexpr std::uint64_t kHandshakeBytesMax = 4 << 10;
// A boxed PING and a PONG are below 160 bytes together, every five looks.
constexpr std::uint64_t kHeartbeatBytesPerLook = 64;
// "\x07MESSAGE", a short nonce, an authenticator and the flags of what is inside.
constexpr std::uint64_t kCurveBytesPerFrame = 8 + 8 + 16 + 1;
constexpr std::uint64_t kShortFrameBytesMax = 255;  // its length takes one byte

}  // namespace

std::uint64_t held_bytes(const ConnectionTraffic& traffic) {
  std::uint64_t explained =
      traffic.taken_bytes + kHandshakeBytesMax + kHeartbeatBytesPerLook * traffic.age_looks;
  return traffic.received_bytes > explained ? traffic.received_bytes - explained : 0;
}

std::uint64_t wire_bytes(std::size_t payload_bytes, bool has_curve) {
  std::uint64_t body = payload_bytes + (has_curve ? kCurveBytesPerFrame : 0);
  return body + (body > kShortFrameBytesMax ? 9 : 2);
}

std::optional<Verdict> judge(std::uint64_t memory_bytes,
                             std::span<const HeldConnection> connections,
                             const MemoryBounds& bounds) {
  if (bounds.memory_bytes_max == 0 || memory_bytes <= bounds.memory_bytes_max) return std::nullopt;
  auto most = std::max_element(connections.begin(), connections.end(),
                               [](const HeldConnection& a, const HeldConnection& b) {
                                 if (a.held_bytes != b.held_bytes)
                                   return a.held_bytes < b.held_bytes;
                                 return a.descriptor > b.descriptor;
                               });
  if (most == connections.end() || most->held_bytes < bounds.close_bytes_min) return std::nullopt;
  bool is_on_purpose = most->has_key && most->held_bytes >= bounds.revoke_bytes_min;
  return Verdict{.offender = static_cast<std::size_t>(most - connections.begin()),
                 .penalty = is_on_purpose ? Penalty::kRevoke : Penalty::kClose};
}

}  // namespace fairlead

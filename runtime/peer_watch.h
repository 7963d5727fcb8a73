// Which connection fills this process's memory, and what is to be done about it. libzmq bounds each
// frame and the number of whole messages that wait, but not the frames of one message: a peer that
// never ends its message is held in memory without an end. What a connection is held for is what
// the kernel received on it and the process has not taken out as whole messages.
// Pure: an adapter measures and carries out (runtime/adapters/zmq/zmq_router_watch.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "common/limits.h"

namespace fairlead {

/// What went over one connection since it was accepted.
struct ConnectionTraffic {
  std::uint64_t received_bytes = 0;  ///< by the kernel, with framing, handshake and heartbeats
  std::uint64_t taken_bytes = 0;     ///< of whole messages, with their framing
  std::uint64_t age_looks = 0;       ///< looks (about a second each) since its first message
};

/// Bytes that wait for a message's end or for their turn: in the kernel or in libzmq. Handshake and
/// heartbeats are allowed for, so that an old idle connection is held for nothing.
std::uint64_t held_bytes(const ConnectionTraffic& traffic);

/// Bytes of one frame on the wire (ZMTP 3.1; with CURVE each frame is boxed by itself).
std::uint64_t wire_bytes(std::size_t payload_bytes, bool has_curve);

struct HeldConnection {
  int descriptor = -1;
  std::uint64_t held_bytes = 0;
  bool has_key = false;  ///< its key is known: it sent a whole message before
};

struct MemoryBounds {
  std::uint64_t memory_bytes_max = limits::kMemoryWatermarkDefault;  ///< 0: never judge
  std::uint64_t close_bytes_min = limits::kHeldBytesCloseMin;
  std::uint64_t revoke_bytes_min = limits::kHeldBytesRevokeMin;
};

enum class Penalty : std::uint8_t {
  kClose,   ///< the connection; whoever did no harm on purpose comes back
  kRevoke,  ///< the key too
};

struct Verdict {
  std::size_t offender = 0;  ///< index into what was judged
  Penalty penalty = Penalty::kClose;
};

/// nullopt while the process uses no more than `memory_bytes_max`, or when no connection is held
/// for `close_bytes_min`: then it is not the network that fills the memory, and closing somebody
/// would not help. Else the one that is held for most, the lowest descriptor among equals.
std::optional<Verdict> judge(std::uint64_t memory_bytes,
                             std::span<const HeldConnection> connections,
                             const MemoryBounds& bounds);

}  // namespace fairlead

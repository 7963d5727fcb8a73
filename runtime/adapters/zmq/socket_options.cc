#include "runtime/adapters/zmq/socket_options.h"

#include <zmq.h>

namespace fairlead {

void set_link_options(ZmqSocket& socket, const LinkOptions& options) {
  constexpr std::int64_t kSilentHeartbeats = 3;  // as many unanswered close the link
  socket.set(ZMQ_SNDHWM, options.peer_queue_messages);
  socket.set(ZMQ_RCVHWM, options.peer_queue_messages);
  socket.set(ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(options.message_bytes_max));
  if (options.heartbeat.ns > 0) {
    auto interval_ms = static_cast<int>(options.heartbeat.ms());
    auto timeout_ms = static_cast<int>((options.heartbeat * kSilentHeartbeats).ms());
    socket.set(ZMQ_HEARTBEAT_IVL, interval_ms);
    socket.set(ZMQ_HEARTBEAT_TIMEOUT, timeout_ms);
    socket.set(ZMQ_HEARTBEAT_TTL, timeout_ms);
  }
  if (options.is_ipv6) socket.set(ZMQ_IPV6, 1);
}

}  // namespace fairlead

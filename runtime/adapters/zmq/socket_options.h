// Options that both ends of a link share.
#pragma once

#include <cstddef>

#include "common/time.h"
#include "runtime/adapters/zmq/zmq_socket.h"

namespace fairlead {

struct LinkOptions {
  int peer_queue_messages = 0;  ///< high-water mark, each direction
  std::size_t message_bytes_max = 0;
  Duration heartbeat;  ///< 0: off
  bool is_ipv6 = false;
};

void set_link_options(ZmqSocket& socket, const LinkOptions& options);

}  // namespace fairlead

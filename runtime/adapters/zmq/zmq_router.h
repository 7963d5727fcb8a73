// The master's end of the transport: a ZeroMQ ROUTER fed from a Loop. It authenticates by CURVE
// and the ZapHandler, names links, bounds queues and counts; it never looks into a payload.
// Owned by a main; loop's thread only, except for the counters.
//
// Invariant 1: routing ids are libzmq's own, random for each connection. A peer that brings its own
// is ignored, so nobody takes over another's link. (An allowed client could still guess a 32-bit
// random id while it is free; it would be a new link here, as the key differs.)
// Invariant 2: a key that left the allow-list is ignored from the next message on. libzmq cannot
// close one connection; it ends when the peer reconnects and ZAP denies it.
// Invariant 3: a link's entry goes when a send finds it gone; each new link tests two old ones by
// an empty message (which a Dealer skips), so dead entries cannot pile up.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/limits.h"
#include "common/result.h"
#include "common/time.h"
#include "runtime/adapters/zmq/curve_keys.h"
#include "runtime/adapters/zmq/link_table.h"
#include "runtime/adapters/zmq/transport_counters.h"
#include "runtime/adapters/zmq/zap_handler.h"
#include "runtime/adapters/zmq/zmq_socket.h"
#include "runtime/loop.h"
#include "runtime/transport.h"

namespace fairlead {

struct RouterOptions {
  std::string endpoint = "tcp://127.0.0.1:0";  ///< port 0: any free one, see ZmqRouter::endpoint
  std::optional<CurveKeyPair> keys;            ///< nullopt: no CURVE, loopback only
  const ZapHandler* zap = nullptr;             ///< REQUIRED with keys; must outlive the Router
  bool insecure = false;                       ///< allows other addresses without keys
  int peer_queue_messages = static_cast<int>(limits::kPeerQueueMessagesMax);  ///< each direction
  std::size_t message_bytes_max = limits::kMessageBytesMax;
  std::size_t links_max = limits::kLinksMax;
  int receive_burst_max = limits::kReceiveBurstMax;
  Duration heartbeat = seconds(5);  ///< a link silent for three of them is closed; 0 is off
};

class ZmqRouter final : public Router {
 public:
  /// Binds and begins to receive. kInvalid or kDenied from the endpoint's rules, kUnavailable when
  /// the address is taken. `context` and `loop` must outlive it.
  static Result<std::unique_ptr<ZmqRouter>> bind(ZmqContext& context, Loop& loop,
                                                 RouterOptions options, IncomingHandler on_message);
  /// REQUIRES: not inside `on_message`.
  ~ZmqRouter() override;

  /// kFull also for a message above `message_bytes_max`, which is counted and logged.
  SendOutcome send(ConnectionId to, BytesView bytes) override;

  /// Where it listens, with the real port: "tcp://127.0.0.1:40123".
  std::string endpoint() const { return socket_->last_endpoint(); }
  const TransportCounters& counters() const { return counters_; }
  std::size_t links() const { return links_.size(); }

 private:
  ZmqRouter(RouterOptions options, std::unique_ptr<ZmqSocket> socket, IncomingHandler on_message);

  bool receive_one();
  std::optional<std::uint32_t> routing_id_of(const ZmqFrame& identity) const;
  std::optional<ConnectionId> admit(std::uint32_t routing_id, const ZmqFrame& payload);
  bool make_room();
  void probe_next();
  bool is_still_allowed(Link& link) const;
  SendOutcome send_raw(std::uint32_t routing_id, BytesView bytes);
  void close_link(ConnectionId id);

  const RouterOptions options_;
  const IncomingHandler on_message_;
  const std::unique_ptr<ZmqSocket> socket_;
  LinkTable links_;
  TransportCounters counters_;
  std::unique_ptr<SocketPump> pump_;
};

}  // namespace fairlead

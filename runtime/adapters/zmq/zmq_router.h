// The master's end of the transport: a ZeroMQ ROUTER fed from a Loop. It authenticates by CURVE
// and the ZapHandler, names links, bounds queues and counts; it never looks into a payload.
// Owned by a main; loop's thread only, except for the counters.
//
// Invariant 1: routing ids are libzmq's own, random for each connection. A peer that brings its own
// is ignored, so nobody takes over another's link. (An allowed client could still guess a 32-bit
// random id while it is free; it would be a new link here, as the key differs.)
// Invariant 2: once a look (every `look_every`) has taken over an allow-list without a key, nothing
// of that key is handed over or sent to, and its connections are shut down; ZAP denies it when it
// connects again, which its Dealer reports as kRefused.
// Invariant 3: a link's entry goes when a send finds it gone; each new link tests two old ones by
// an empty message (which a Dealer skips), so dead entries cannot pile up.
// Invariant 4: a descriptor is shut down only while its link answers to its routing id; so it is
// not another's that got the same number.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "common/time.h"
#include "runtime/adapters/loop/loop_timer.h"
#include "runtime/adapters/process/memory_use.h"
#include "runtime/adapters/zmq/connections.h"
#include "runtime/adapters/zmq/curve_keys.h"
#include "runtime/adapters/zmq/link_table.h"
#include "runtime/adapters/zmq/transport_counters.h"
#include "runtime/adapters/zmq/zap_handler.h"
#include "runtime/adapters/zmq/zmq_socket.h"
#include "runtime/loop.h"
#include "runtime/peer_watch.h"
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
  Duration heartbeat = seconds(5);   ///< a link silent for three of them is closed; 0 is off
  Duration look_every = seconds(1);  ///< at the allow-list's file and at the memory
  MemoryBounds memory;
  /// Bytes that the process uses; told what is few enough to be told roughly.
  std::function<std::uint64_t(std::uint64_t)> memory_in_use = memory_in_use_bytes;
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
  Status start(Loop& loop);

  bool receive_one();
  std::optional<std::uint32_t> routing_id_of(const ZmqFrame& identity) const;
  std::optional<ConnectionId> admit(std::uint32_t routing_id, const ZmqFrame& payload);
  bool make_room();
  void probe_next();
  bool is_still_allowed(Link& link) const;
  SendOutcome send_raw(std::uint32_t routing_id, BytesView bytes);
  void close_link(ConnectionId id);

  // zmq_router_watch.cc
  void look();
  void end_revoked();
  void watch_memory();
  /// Links by the descriptors of `connections`; entries that are dead are closed on the way.
  std::map<int, ConnectionId> owners_of(const std::vector<Connection>& connections);
  void punish(const HeldConnection& offender, std::optional<ConnectionId> owner, Penalty penalty,
              std::uint64_t memory_bytes);
  /// Hangs up a connection whose key may not speak any more.
  void hang_up(std::uint32_t routing_id, int descriptor, const Principal& owner,
               std::string_view key);
  bool is_alive(std::uint32_t routing_id);

  const RouterOptions options_;
  const IncomingHandler on_message_;
  const std::unique_ptr<ZmqSocket> socket_;
  LinkTable links_;
  TransportCounters counters_;
  std::unique_ptr<SocketPump> pump_;
  std::unique_ptr<LoopTimer> look_timer_;
  std::uint64_t looks_ = 0;          // so far
  std::uint64_t revision_seen_ = 0;  // of the allow-list, by the last look
  std::string list_trouble_;         // what the last refresh said; logged once
};

}  // namespace fairlead

// An agent's or a framework's end of the transport: one ZeroMQ DEALER, connected to one endpoint
// for as long as it lives; libzmq reconnects it. Whoever keeps warm links to several master
// candidates owns one Dealer for each (a DEALER with many endpoints would deal messages out).
// Owned by a main; loop's thread only, except for the counters.
//
// Invariant 1: nothing is queued while the link is down: `send` says kGone, and what the link held
// is lost with it. So a new master never gets what was meant for the old one.
// Invariant 2: it always tries again. libzmq gives a connection up for good after a refused key or
// a protocol error (it reports no retry then); after `reconnect_max` the Dealer connects anew.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/limits.h"
#include "common/result.h"
#include "common/time.h"
#include "runtime/adapters/loop/loop_timer.h"
#include "runtime/adapters/zmq/dealer_keys.h"
#include "runtime/adapters/zmq/transport_counters.h"
#include "runtime/adapters/zmq/zmq_socket.h"
#include "runtime/loop.h"
#include "runtime/transport.h"

namespace fairlead {

struct DealerOptions {
  std::string endpoint;            ///< "tcp://127.0.0.1:5050"
  std::optional<DealerKeys> keys;  ///< nullopt: no CURVE, loopback only
  bool insecure = false;           ///< allows other addresses without keys
  int peer_queue_messages = static_cast<int>(limits::kPeerQueueMessagesMax);  ///< each direction
  std::size_t message_bytes_max = limits::kMessageBytesMax;
  int receive_burst_max = limits::kReceiveBurstMax;
  Duration heartbeat = seconds(5);  ///< a link silent for three of them is closed; 0 is off
  Duration reconnect_min = milliseconds(20);  ///< doubles after each failure …
  Duration reconnect_max = seconds(1);        ///< … up to this
};

enum class LinkState {
  kUp,       ///< handshake done: `send` works
  kDown,     ///< reconnecting by itself
  kRefused,  ///< the other end refused our keys or speaks without; tried again all the same
};

using LinkHandler = std::function<void(LinkState)>;

class ZmqDealer final : public Dealer {
 public:
  /// Begins to connect; success means nothing about the other end. `on_link` hears every change.
  /// kInvalid or kDenied from the endpoint's rules. `context` and `loop` must outlive it.
  static Result<std::unique_ptr<ZmqDealer>> connect(ZmqContext& context, Loop& loop,
                                                    DealerOptions options,
                                                    IncomingHandler on_message,
                                                    LinkHandler on_link = {});
  /// REQUIRES: not inside a handler.
  ~ZmqDealer() override;

  /// kFull also for a message above `message_bytes_max`, which is counted and logged.
  SendOutcome send(BytesView bytes) override;

  bool is_up() const { return is_up_; }
  const TransportCounters& counters() const { return counters_; }

 private:
  ZmqDealer(DealerOptions options, std::unique_ptr<ZmqSocket> socket,
            std::unique_ptr<ZmqSocket> monitor, IncomingHandler on_message, LinkHandler on_link);

  Status start(Loop& loop);

  bool receive_one();
  bool receive_link_event();
  void set_link(LinkState state);
  void arm_retry();
  void retry();
  SendOutcome send_raw(BytesView bytes);

  const DealerOptions options_;
  const IncomingHandler on_message_;
  const LinkHandler on_link_;
  const std::unique_ptr<ZmqSocket> socket_;
  const std::unique_ptr<ZmqSocket> monitor_;  // libzmq's reports about the link
  std::unique_ptr<LoopTimer> retry_timer_;
  bool is_given_up_ = false;  // libzmq has not said yet that it tries again
  bool is_up_ = false;
  TransportCounters counters_;
  std::unique_ptr<SocketPump> pump_;
  std::unique_ptr<SocketPump> monitor_pump_;
};

}  // namespace fairlead

#include "runtime/adapters/zmq/zmq_dealer.h"

#include <zmq.h>

#include <cstring>
#include <utility>

#include "common/check.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/zmq/endpoint.h"
#include "runtime/adapters/zmq/socket_options.h"

namespace fairlead {
namespace {

constexpr int kRefusals = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int kLinkEvents =
    ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED | kRefusals;

void set_dealer_options(ZmqSocket& dealer, const DealerOptions& options, bool is_ipv6) {
  set_link_options(dealer, {.peer_queue_messages = options.peer_queue_messages,
                            .message_bytes_max = options.message_bytes_max,
                            .heartbeat = options.heartbeat,
                            .is_ipv6 = is_ipv6});
  dealer.set(ZMQ_IMMEDIATE, 1);
  dealer.set(ZMQ_RECONNECT_IVL, static_cast<int>(options.reconnect_min.ms()));
  dealer.set(ZMQ_RECONNECT_IVL_MAX, static_cast<int>(options.reconnect_max.ms()));
  if (!options.keys) return;
  dealer.set(ZMQ_CURVE_SERVERKEY, options.keys->server_public_key);
  dealer.set(ZMQ_CURVE_PUBLICKEY, options.keys->own.public_key);
  dealer.set(ZMQ_CURVE_SECRETKEY, options.keys->own.secret_key.reveal());
}

}  // namespace

Result<std::unique_ptr<ZmqDealer>> ZmqDealer::connect(ZmqContext& context, Loop& loop,
                                                      DealerOptions options,
                                                      IncomingHandler on_message,
                                                      LinkHandler on_link) {
  Result<Endpoint> endpoint = check_exposure(
      options.endpoint, {.has_keys = options.keys.has_value(), .insecure = options.insecure});
  if (!endpoint.ok()) return endpoint.error();
  auto socket = ZmqSocket::open(context, ZMQ_DEALER);
  if (!socket.ok()) return socket.error();
  auto monitor = ZmqSocket::open(context, ZMQ_PAIR);
  if (!monitor.ok()) return monitor.error();
  set_dealer_options(**socket, options, endpoint->is_ipv6);

  // The descriptor is a name that no other living socket has.
  std::string reports = "inproc://fairlead-link-" + std::to_string((*socket)->descriptor());
  bool good = zmq_socket_monitor((*socket)->handle(), reports.c_str(), kLinkEvents) == 0 &&
              zmq_connect((*monitor)->handle(), reports.c_str()) == 0 &&
              zmq_connect((*socket)->handle(), options.endpoint.c_str()) == 0;
  if (!good) {
    return Error{.code = ErrorCode::kUnavailable,
                 .message = to_string(
                     Complaint{.what = "connect to " + options.endpoint, .got = zmq_error_text()})};
  }
  std::unique_ptr<ZmqDealer> made(new ZmqDealer(std::move(options), std::move(*socket),
                                                std::move(*monitor), std::move(on_message),
                                                std::move(on_link)));
  Status started = made->start(loop);
  if (!started.ok()) return started.error();
  return made;
}

Status ZmqDealer::start(Loop& loop) {
  int burst = options_.receive_burst_max;
  auto pump = SocketPump::create(
      loop, *socket_, [this] { return receive_one(); }, burst);
  if (!pump.ok()) return pump.error();
  auto events = SocketPump::create(
      loop, *monitor_, [this] { return receive_link_event(); }, burst);
  if (!events.ok()) return events.error();
  auto timer = LoopTimer::create(loop, [this] { retry(); });
  if (!timer.ok()) return timer.error();
  pump_ = std::move(*pump);
  monitor_pump_ = std::move(*events);
  retry_timer_ = std::move(*timer);
  return {};
}

ZmqDealer::ZmqDealer(DealerOptions options, std::unique_ptr<ZmqSocket> socket,
                     std::unique_ptr<ZmqSocket> monitor, IncomingHandler on_message,
                     LinkHandler on_link)
    : options_(std::move(options)),
      on_message_(std::move(on_message)),
      on_link_(std::move(on_link)),
      socket_(std::move(socket)),
      monitor_(std::move(monitor)) {}

ZmqDealer::~ZmqDealer() {
  zmq_socket_monitor(socket_->handle(), nullptr, 0);
}

void ZmqDealer::arm_retry() {
  is_given_up_ = true;
  retry_timer_->start_once(options_.reconnect_max);
}

void ZmqDealer::retry() {
  if (!is_given_up_ || is_up_) return;
  // Fails when libzmq has forgotten the connection already, which is as good.
  zmq_disconnect(socket_->handle(), options_.endpoint.c_str());
  zmq_connect(socket_->handle(), options_.endpoint.c_str());
  is_given_up_ = false;  // until the new attempt is refused as well
  pump_->look_again();
}

bool ZmqDealer::receive_one() {
  ZmqFrame payload;
  if (!payload.receive(*socket_)) return false;
  bool too_many = payload.has_more();
  for (bool more = too_many; more;) {
    ZmqFrame surplus;
    more = surplus.receive(*socket_) && surplus.has_more();
  }
  if (too_many) {
    count(counters_.ignored_malformed);
    return true;
  }
  BytesView bytes = payload.bytes();
  if (bytes.empty()) return true;  // the Router asks whether we live
  count(counters_.messages_received);
  count(counters_.bytes_received, bytes.size());
  on_message_({.from = {}, .principal = {}, .bytes = Bytes(bytes.begin(), bytes.end())});
  return true;
}

bool ZmqDealer::receive_link_event() {
  ZmqFrame event;
  ZmqFrame address;
  if (!event.receive(*monitor_)) return false;
  if (event.has_more()) address.receive(*monitor_);
  BytesView bytes = event.bytes();
  std::uint16_t number = 0;
  if (bytes.size() < sizeof number) return true;
  std::memcpy(&number, bytes.data(), sizeof number);
  if (number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
    set_link(LinkState::kUp);
  } else if (number == ZMQ_EVENT_CONNECT_RETRIED) {
    is_given_up_ = false;
  } else if (number == ZMQ_EVENT_DISCONNECTED) {
    arm_retry();
    set_link(LinkState::kDown);
  } else if ((number & kRefusals) != 0) {
    arm_retry();
    set_link(LinkState::kRefused);
  }
  return true;
}

void ZmqDealer::set_link(LinkState state) {
  bool was_up = std::exchange(is_up_, state == LinkState::kUp);
  if (is_up_) {
    count(counters_.links_opened);
    socket_->has_input();  // takes in the new queue, so that the first send finds it
    pump_->look_again();
  } else if (was_up) {
    count(counters_.links_closed);
  } else if (state == LinkState::kDown) {
    return;  // a connection that never came up is no change
  }
  if (on_link_) on_link_(state);
}

SendOutcome ZmqDealer::send(BytesView bytes) {
  SendOutcome outcome = SendOutcome::kGone;
  if (bytes.size() > options_.message_bytes_max) {
    count(counters_.sends_oversize);
    log_line(LogLevel::kError, "message_oversize",
             {{"bytes", bytes.size()}, {"bytes_max", options_.message_bytes_max}});
    outcome = SendOutcome::kFull;
  } else if (is_up_) {
    outcome = send_raw(bytes);
  }
  if (outcome == SendOutcome::kSent) {
    count(counters_.messages_sent);
    count(counters_.bytes_sent, bytes.size());
  } else {
    count(outcome == SendOutcome::kFull ? counters_.sends_full : counters_.sends_gone);
  }
  return outcome;
}

SendOutcome ZmqDealer::send_raw(BytesView bytes) {
  pump_->look_again();  // any call on the socket may swallow the report of an arrival
  for (bool again = true;; again = false) {
    if (zmq_send(socket_->handle(), bytes.data(), bytes.size(), ZMQ_DONTWAIT) >= 0) {
      return SendOutcome::kSent;
    }
    if (zmq_errno() != EAGAIN) return SendOutcome::kGone;
    if (!again) return SendOutcome::kFull;
    socket_->has_input();  // takes in that the other end has read meanwhile
  }
}

}  // namespace fairlead

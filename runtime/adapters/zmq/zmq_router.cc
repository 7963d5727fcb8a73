#include "runtime/adapters/zmq/zmq_router.h"

#include <zmq.h>

#include <array>
#include <cerrno>
#include <utility>

#include "common/check.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/zmq/endpoint.h"
#include "runtime/adapters/zmq/socket_options.h"

namespace fairlead {
namespace {

constexpr int kProbesPerNewLink = 2;  // more than one, so that dead links go faster than new come
constexpr int kProbesForRoom = 64;
// ZMQ_ZAP_ENFORCE_DOMAIN, which zmq.h hides behind its draft switch although libzmq has it.
constexpr int kZapEnforceDomain = 93;
// A routing id that libzmq made: a zero byte and a number.
constexpr std::size_t kRoutingIdBytes = 5;

}  // namespace

Result<std::unique_ptr<ZmqRouter>> ZmqRouter::bind(ZmqContext& context, Loop& loop,
                                                   RouterOptions options,
                                                   IncomingHandler on_message) {
  Result<Endpoint> endpoint = check_exposure(
      options.endpoint, {.has_keys = options.keys.has_value(), .insecure = options.insecure});
  if (!endpoint.ok()) return endpoint.error();
  check(!options.keys || options.zap != nullptr, "CURVE without a ZAP handler lets everybody in");
  auto socket = ZmqSocket::open(context, ZMQ_ROUTER);
  if (!socket.ok()) return socket.error();
  ZmqSocket& router = **socket;
  set_link_options(router, {.peer_queue_messages = options.peer_queue_messages,
                            .message_bytes_max = options.message_bytes_max,
                            .heartbeat = options.heartbeat,
                            .is_ipv6 = endpoint->is_ipv6});
  router.set(ZMQ_BACKLOG, limits::kListenBacklog);
  router.set(ZMQ_ROUTER_MANDATORY, 1);
  if (options.keys) {
    router.set(ZMQ_CURVE_SERVER, 1);
    router.set(ZMQ_CURVE_SECRETKEY, options.keys->secret_key.reveal());
    router.set(ZMQ_ZAP_DOMAIN, std::string(kZapDomain));
    router.set(kZapEnforceDomain, 1);
  } else if (!endpoint->is_loopback()) {
    log_line(LogLevel::kWarning, "transport_without_keys", {{"endpoint", options.endpoint}});
  }
  if (zmq_bind(router.handle(), options.endpoint.c_str()) != 0) {
    return Error{.code = ErrorCode::kUnavailable,
                 .message = to_string(Complaint{.what = "listen on " + options.endpoint,
                                                .got = zmq_error_text(),
                                                .hint = "choose another port or address"})};
  }
  std::unique_ptr<ZmqRouter> made(
      new ZmqRouter(std::move(options), std::move(*socket), std::move(on_message)));
  Status started = made->start(loop);
  if (!started.ok()) return started.error();
  return made;
}

ZmqRouter::ZmqRouter(RouterOptions options, std::unique_ptr<ZmqSocket> socket,
                     IncomingHandler on_message)
    : options_(std::move(options)),
      on_message_(std::move(on_message)),
      socket_(std::move(socket)),
      links_(options_.links_max) {}

Status ZmqRouter::start(Loop& loop) {
  auto pump = SocketPump::create(
      loop, *socket_, [this] { return receive_one(); }, options_.receive_burst_max);
  if (!pump.ok()) return pump.error();
  pump_ = std::move(*pump);
  auto timer = LoopTimer::create(loop, [this] { look(); });
  if (!timer.ok()) return timer.error();
  look_timer_ = std::move(*timer);
  look_timer_->start_every(options_.look_every);
  return {};
}

ZmqRouter::~ZmqRouter() = default;

bool ZmqRouter::receive_one() {
  ZmqFrame identity;
  ZmqFrame payload;
  if (!identity.receive(*socket_)) return false;
  // The frames of one message arrive together: after the first none has to be waited for.
  bool has_payload = identity.has_more() && payload.receive(*socket_);
  bool too_many = has_payload && payload.has_more();
  bool has_curve = options_.keys.has_value();
  std::uint64_t taken_bytes = wire_bytes(payload.bytes().size(), has_curve);
  for (bool more = too_many; more;) {
    ZmqFrame surplus;
    more = surplus.receive(*socket_) && surplus.has_more();
    taken_bytes += wire_bytes(surplus.bytes().size(), has_curve);
  }
  std::optional<std::uint32_t> routing_id = routing_id_of(identity);
  if (!has_payload || too_many || payload.bytes().empty()) {
    count(counters_.ignored_malformed);
    std::optional<ConnectionId> known = routing_id ? links_.find(*routing_id) : std::nullopt;
    if (known) links_.look_up(*known)->taken_bytes += taken_bytes;
    return true;
  }
  if (!routing_id) {
    count(counters_.ignored_identity);
    return true;
  }
  std::optional<ConnectionId> from = admit(*routing_id, payload);
  if (!from) return true;
  BytesView bytes = payload.bytes();
  count(counters_.messages_received);
  count(counters_.bytes_received, bytes.size());
  Link& link = *links_.look_up(*from);
  link.taken_bytes += taken_bytes;
  on_message_(
      {.from = *from, .principal = link.principal, .bytes = Bytes(bytes.begin(), bytes.end())});
  return true;
}

std::optional<std::uint32_t> ZmqRouter::routing_id_of(const ZmqFrame& identity) const {
  BytesView bytes = identity.bytes();
  if (bytes.size() != kRoutingIdBytes || bytes[0] != 0) return std::nullopt;
  std::uint32_t number = 0;
  for (std::uint8_t byte : bytes.subspan(1)) number = (number << 8) | byte;
  return number;
}

std::optional<ConnectionId> ZmqRouter::admit(std::uint32_t routing_id, const ZmqFrame& payload) {
  std::string_view key;
  if (options_.keys) key = payload.property(kZapKeyProperty);
  std::optional<ConnectionId> known = links_.find(routing_id);
  if (known) {
    Link& link = *links_.look_up(*known);
    if (link.key == key && is_still_allowed(link)) return known;
    close_link(*known);  // revoked, or another peer under a number that was free
  }
  std::string_view owner = options_.keys ? payload.property("User-Id") : "anonymous";
  Link link{.routing_id = routing_id,
            .principal = Principal{std::string(owner)},
            .key = std::string(key),
            .descriptor = payload.source_descriptor(),
            .opened_look = looks_};
  if (!is_still_allowed(link)) {
    count(counters_.ignored_revoked);
    hang_up(routing_id, link.descriptor, link.principal, link.key);
    return std::nullopt;
  }
  for (int i = 0; i < kProbesPerNewLink; ++i) probe_next();
  if (links_.is_full() && !make_room()) {
    count(counters_.ignored_links_full);
    return std::nullopt;
  }
  count(counters_.links_opened);
  return links_.add(std::move(link));
}

bool ZmqRouter::is_still_allowed(Link& link) const {
  if (!options_.keys) return true;
  std::uint64_t revision = options_.zap->allow_list().revision();
  if (link.checked_revision == revision) return true;
  std::optional<Principal> owner = options_.zap->allow_list().principal_of(link.key);
  if (owner != link.principal) return false;
  link.checked_revision = revision;
  return true;
}

bool ZmqRouter::make_room() {
  for (int i = 0; i < kProbesForRoom && links_.is_full(); ++i) probe_next();
  return !links_.is_full();
}

void ZmqRouter::probe_next() {
  std::optional<ConnectionId> id = links_.next_in_rotation();
  if (!id) return;
  if (send_raw(links_.look_up(*id)->routing_id, {}) == SendOutcome::kGone) close_link(*id);
}

void ZmqRouter::close_link(ConnectionId id) {
  links_.remove(id);
  count(counters_.links_closed);
}

SendOutcome ZmqRouter::send(ConnectionId to, BytesView bytes) {
  Link* link = links_.look_up(to);
  SendOutcome outcome = SendOutcome::kGone;
  if (bytes.size() > options_.message_bytes_max) {
    count(counters_.sends_oversize);
    log_line(LogLevel::kError, "message_oversize",
             {{"bytes", bytes.size()}, {"bytes_max", options_.message_bytes_max}});
    outcome = SendOutcome::kFull;
  } else if (link != nullptr && is_still_allowed(*link)) {
    outcome = send_raw(link->routing_id, bytes);
  }
  if (outcome == SendOutcome::kSent) {
    count(counters_.messages_sent);
    count(counters_.bytes_sent, bytes.size());
  } else if (outcome == SendOutcome::kFull) {
    count(counters_.sends_full);
  } else {
    count(counters_.sends_gone);
    if (link != nullptr) close_link(to);
  }
  return outcome;
}

SendOutcome ZmqRouter::send_raw(std::uint32_t routing_id, BytesView bytes) {
  std::array<std::uint8_t, kRoutingIdBytes> identity{};
  for (std::size_t i = 1; i < kRoutingIdBytes; ++i) {
    identity[i] = static_cast<std::uint8_t>(routing_id >> (8 * (kRoutingIdBytes - 1 - i)));
  }
  pump_->look_again();  // any call on the socket may swallow the report of an arrival
  for (bool again = true;; again = false) {
    int code =
        zmq_send(socket_->handle(), identity.data(), identity.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT);
    if (code >= 0) break;
    if (zmq_errno() != EAGAIN) return SendOutcome::kGone;
    if (!again) return SendOutcome::kFull;
    socket_->has_input();  // takes in that the peer has read meanwhile
  }
  int code = zmq_send(socket_->handle(), bytes.data(), bytes.size(), ZMQ_DONTWAIT);
  return code >= 0 ? SendOutcome::kSent : SendOutcome::kGone;
}

}  // namespace fairlead

#include "runtime/adapters/http/http_connection.h"

#include <utility>

#include "runtime/adapters/http/reply_text.h"
#include "runtime/adapters/http/request_text.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kUnreadBytesMax = 16 << 10;  // taken while a request is handled
constexpr std::size_t kDrainBytesMax = 256 << 10;  // read and dropped after a refusal
constexpr auto kDrainWait = std::chrono::seconds(1);

std::chrono::nanoseconds nanoseconds_of(Duration d) {
  return std::chrono::nanoseconds(d.ns);
}

}  // namespace

void HttpConnection::start() {
  set_deadline(nanoseconds_of(world_.options.head_wait_max));
  wire_->open([self = shared_from_this()](WireState state) {
    if (self->phase_ != Phase::kOpening) return;
    if (state != WireState::kGood) return self->close();
    self->phase_ = Phase::kReading;
    self->set_deadline(nanoseconds_of(self->world_.options.head_wait_max));
    self->read();
  });
}

void HttpConnection::refuse() {
  send_refusal(http_error(503, "exhausted", "too many connections"));
}

void HttpConnection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  wire_->close();
  if (stream_ != nullptr) {
    const std::lock_guard lock(stream_->mutex);
    stream_->gone = true;
  }
  on_closed_(shared_from_this());
}

void HttpConnection::set_deadline(std::chrono::nanoseconds wait) {
  wire_->set_deadline(wait, [self = shared_from_this()] { self->on_deadline(); });
}

void HttpConnection::on_deadline() {
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kReading && progress_ != Progress::kIdle) {
    send_refusal(http_error(408, "timed_out", "the request came too slowly"));
  } else {
    close();
  }
}

bool HttpConnection::wants_more_input() const {
  switch (phase_) {
    case Phase::kReading:
    case Phase::kDraining:
      return true;
    // Read on, within a bound, only to notice that the client has gone.
    case Phase::kHandling:
    case Phase::kStreaming:
      return reader_.unread_bytes() < kUnreadBytesMax;
    case Phase::kOpening:
    case Phase::kReplying:
    case Phase::kClosed:
      return false;
  }
  return false;
}

void HttpConnection::read() {
  if (reading_ || input_ended_ || !wants_more_input()) return;
  reading_ = true;
  wire_->read([self = shared_from_this()](WireState state, std::string_view bytes) {
    self->reading_ = false;
    self->on_read(state, bytes);
  });
}

void HttpConnection::on_read(WireState state, std::string_view bytes) {
  if (phase_ == Phase::kClosed) return;
  if (state != WireState::kGood) {
    input_ended_ = true;
    // A client may close its half and still wait for a reply, but nobody does so for a stream.
    const bool may_still_read =
        state == WireState::kEnded && (phase_ == Phase::kHandling || phase_ == Phase::kReplying);
    if (!may_still_read) close();
    return;
  }
  if (phase_ == Phase::kDraining) {
    drained_bytes_ += bytes.size();
    if (drained_bytes_ > kDrainBytesMax) return close();
    return read();
  }
  if (phase_ == Phase::kReading) return advance(bytes);
  reader_.keep(bytes);
  read();
}

void HttpConnection::advance(std::string_view bytes) {
  const Progress before = progress_;
  progress_ = reader_.put(bytes);
  switch (progress_) {
    case Progress::kIdle:
      break;
    case Progress::kHead:
      // The first byte of a request starts its clock.
      if (before == Progress::kIdle) {
        set_deadline(nanoseconds_of(world_.options.head_wait_max));
      }
      break;
    case Progress::kBody:
      if (before != Progress::kBody) start_reading_time_ = SteadyClock::now();
      if (reader_.take_wants_continue()) say_continue();
      set_body_deadline();
      break;
    case Progress::kWhole:
      dispatch();
      break;
    case Progress::kRefused:
      return send_refusal(reader_.refusal());
  }
  read();
}

void HttpConnection::set_body_deadline() {
  // Average speed since the head: each byte buys time, so a trickle ends soon after the grace.
  const auto bought = std::chrono::nanoseconds(static_cast<std::int64_t>(reader_.body_bytes()) *
                                               1'000'000'000 / world_.options.bytes_per_second_min);
  const auto due = start_reading_time_ + nanoseconds_of(world_.options.head_wait_max) + bought;
  set_deadline(due - SteadyClock::now());
}

void HttpConnection::say_continue() {
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  writing_ = true;
  wire_->write(out_, [self = shared_from_this()](WireState state) {
    self->writing_ = false;
    if (self->phase_ == Phase::kClosed) return;
    if (state != WireState::kGood) return self->close();
    if (self->write_next_) std::exchange(self->write_next_, nullptr)();
  });
}

void HttpConnection::dispatch() {
  wire_->clear_deadline();
  WholeRequest whole = reader_.take();
  progress_ = Progress::kIdle;
  phase_ = Phase::kHandling;
  keep_alive_ = whole.keep_alive;
  is_head_request_ = whole.request.method == "HEAD";
  const std::uint64_t number = ++request_number_;
  Result<RequestTarget> target = parse_request_target(whole.target);
  if (!target) return answer(number, http_error(target.error()));
  whole.request.path = std::move(target->path);
  whole.request.query = std::move(target->query);
  if (std::optional<HttpReply> refusal = world_.gate.admit(whole.request)) {
    return answer(number, std::move(*refusal));
  }
  auto responder = std::make_shared<ConnectionResponder>(
      ReplyPath{.target = weak_from_this(), .request = number, .mailbox = world_.mailbox},
      ConnectionResponder::Options{.backlog_bytes_max = world_.options.stream_backlog_bytes_max,
                                   .chunked = whole.is_1_1});
  try {
    world_.handler(std::move(whole.request), std::move(responder));
  } catch (...) {
    // The responder was dropped with the exception and has answered 503. What the exception says
    // is for nobody outside.
  }
}

void HttpConnection::answer(std::uint64_t request, HttpReply reply) {
  if (request != request_number_ || phase_ != Phase::kHandling) return;
  phase_ = Phase::kReplying;
  if (input_ended_) keep_alive_ = false;
  std::string bytes = reply_head(reply, {.body = BodyFraming::kLength, .keep_alive = keep_alive_});
  if (!is_head_request_ && reply.status != 204 && reply.status != 304) bytes += reply.body;
  write(std::move(bytes), &HttpConnection::on_reply_written);
}

void HttpConnection::write(std::string bytes, Then then) {
  if (writing_) {
    write_next_ = [this, bytes = std::move(bytes), then] { write(bytes, then); };
    return;
  }
  out_ = std::move(bytes);
  writing_ = true;
  const auto bought = std::chrono::seconds(static_cast<std::int64_t>(out_.size()) /
                                           world_.options.bytes_per_second_min);
  set_deadline(nanoseconds_of(world_.options.head_wait_max) + bought);
  wire_->write(out_, [self = shared_from_this(), then](WireState state) {
    self->writing_ = false;
    if (self->phase_ == Phase::kClosed) return;
    if (state != WireState::kGood) return self->close();
    (*self.*then)();
  });
}

void HttpConnection::end_sending(Then then) {
  wire_->end_sending([self = shared_from_this(), then](WireState) {
    if (self->phase_ != Phase::kClosed) (*self.*then)();
  });
}

void HttpConnection::on_reply_written() {
  if (!keep_alive_) {
    set_deadline(nanoseconds_of(world_.options.head_wait_max));
    return end_sending(&HttpConnection::close);
  }
  phase_ = Phase::kReading;
  const bool more_is_here = reader_.unread_bytes() > 0;
  set_deadline(
      nanoseconds_of(more_is_here ? world_.options.head_wait_max : world_.options.idle_wait_max));
  // Later, not now: a pipelined burst must not starve the other connections or the stack.
  wire_->later([self = shared_from_this()] {
    if (self->phase_ == Phase::kReading) self->advance({});
  });
}

void HttpConnection::send_refusal(const HttpReply& reply) {
  phase_ = Phase::kReplying;
  ++request_number_;
  write(reply_head(reply, {.body = BodyFraming::kLength, .keep_alive = false}) + reply.body,
        &HttpConnection::on_refusal_written);
}

void HttpConnection::on_refusal_written() {
  // Closing with unread input would reset the connection and lose the reply: drain a little.
  phase_ = Phase::kDraining;
  wire_->read_raw_from_now_on();
  set_deadline(kDrainWait);
  end_sending(&HttpConnection::read);
}

}  // namespace fairlead

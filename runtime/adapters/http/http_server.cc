#include "runtime/adapters/http/http_server.h"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "runtime/adapters/http/http_gate.h"
#include "runtime/adapters/http/reply_text.h"
#include "runtime/adapters/http/request_collector.h"
#include "runtime/adapters/http/request_text.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 16 << 10;
constexpr std::size_t kDrainBytesMax = 256 << 10;  // read and dropped after a refusal
constexpr auto kDrainWait = std::chrono::seconds(1);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when descriptors ran out

std::chrono::nanoseconds nanoseconds_of(Duration d) {
  return std::chrono::nanoseconds(d.ns);
}

class Connection;

/// Where other threads leave work for the HTTP thread; empties out when the server is gone.
class Mailbox {
 public:
  explicit Mailbox(asio::io_context* context) : context_(context) {}

  template <class Work>
  bool post(Work work) {
    const std::lock_guard lock(mutex_);
    if (context_ == nullptr) return false;
    asio::post(*context_, std::move(work));
    return true;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }

 private:
  std::mutex mutex_;
  asio::io_context* context_;
};

/// What a stream's writers and its connection share. Invariant: backlog_bytes counts what was
/// written by the caller and not yet taken by the socket.
struct StreamState {
  std::mutex mutex;
  std::string waiting;
  std::size_t backlog_bytes = 0;
  std::size_t backlog_bytes_max = 0;
  bool chunked = true;
  bool gone = false;    ///< the client left, or was too slow
  bool closed = false;  ///< the caller has written everything
  bool flush_posted = false;
};

/// What every connection needs from its server.
struct Shared {
  HttpServerOptions options;
  HttpHandler handler;
  HttpGate gate;
  std::shared_ptr<Mailbox> mailbox;
  std::set<std::shared_ptr<Connection>> connections;
};

/// One client. Lives on the HTTP thread. asio keeps it by shared_ptr while an operation runs.
/// One request at a time: the next one is parsed when the reply before it has been written.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Shared& shared)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), shared_(shared) {}

  void start() {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    set_deadline(nanoseconds_of(shared_.options.head_wait_max));
    read();
    advance();
  }

  /// Refuses a connection above the bound.
  void refuse() { send_refusal(http_error(503, "exhausted", "too many connections")); }

  void close() {
    if (phase_ == Phase::kClosed) return;
    phase_ = Phase::kClosed;
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
    if (stream_ != nullptr) {
      const std::lock_guard lock(stream_->mutex);
      stream_->gone = true;
    }
    shared_.connections.erase(shared_from_this());
  }

  void answer(std::uint64_t request, HttpReply reply);
  void begin_stream(std::uint64_t request, HttpReply head, std::shared_ptr<StreamState> state);
  void flush_stream();
  void cut_stream(std::uint64_t request) {
    if (request == request_number_ && phase_ != Phase::kClosed) close();
  }

 private:
  enum class Phase { kHead, kBody, kHandling, kReplying, kStreaming, kDraining, kClosed };

  void set_deadline(std::chrono::nanoseconds wait);
  void read();
  void on_read(std::size_t bytes, error_code failure);
  void advance();
  void advance_head();
  void advance_body();
  void dispatch();
  void write(std::string bytes, void (Connection::*then)());
  void on_reply_written();
  void on_stream_written();
  void send_refusal(const HttpReply& reply);
  void on_refusal_written();
  void on_deadline();
  bool wants_more_input() const;

  tcp::socket socket_;
  asio::steady_timer timer_;
  Shared& shared_;
  Phase phase_ = Phase::kHead;
  std::optional<RequestCollector> collector_;
  std::shared_ptr<StreamState> stream_;
  std::string in_;   ///< received, not yet parsed
  std::string out_;  ///< being written
  std::array<char, kReadBytes> block_;
  std::uint64_t request_number_ = 0;
  std::size_t drained_bytes_ = 0;
  SteadyClock::time_point start_reading_time_;
  bool reading_ = false;
  bool writing_ = false;
  bool input_ended_ = false;
  bool keep_alive_ = true;
  bool is_head_request_ = false;
  bool is_1_1_ = true;
};

void Connection::set_deadline(std::chrono::nanoseconds wait) {
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this()](error_code failure) {
    if (!failure) self->on_deadline();
  });
}

void Connection::on_deadline() {
  // A cancelled wait may already be in the queue: believe the clock, not the call.
  if (phase_ == Phase::kClosed || timer_.expiry() > SteadyClock::now()) return;
  if ((phase_ == Phase::kHead && !in_.empty()) || phase_ == Phase::kBody) {
    send_refusal(http_error(408, "timed_out", "the request came too slowly"));
  } else {
    close();
  }
}

bool Connection::wants_more_input() const {
  switch (phase_) {
    case Phase::kHead:
    case Phase::kBody:
    case Phase::kDraining:
      return true;
    // Read on, within a bound, only to notice that the client has gone.
    case Phase::kHandling:
    case Phase::kStreaming:
      return in_.size() < kReadBytes;
    case Phase::kReplying:
    case Phase::kClosed:
      return false;
  }
  return false;
}

void Connection::read() {
  if (reading_ || input_ended_ || !wants_more_input()) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(block_),
                          [self = shared_from_this()](error_code failure, std::size_t bytes) {
                            self->reading_ = false;
                            self->on_read(bytes, failure);
                          });
}

void Connection::on_read(std::size_t bytes, error_code failure) {
  if (phase_ == Phase::kClosed) return;
  if (failure) {
    input_ended_ = true;
    // A client may close its half and still wait for a reply, but nobody does so for a stream.
    const bool may_still_read =
        failure == asio::error::eof && (phase_ == Phase::kHandling || phase_ == Phase::kReplying);
    if (!may_still_read) close();
    return;
  }
  if (phase_ == Phase::kDraining) {
    drained_bytes_ += bytes;
    if (drained_bytes_ > kDrainBytesMax) return close();
    return read();
  }
  if (phase_ == Phase::kHead && in_.empty()) {
    // The first byte of a request starts its clock.
    set_deadline(nanoseconds_of(shared_.options.head_wait_max));
  }
  in_.append(block_.data(), bytes);
  advance();
}

void Connection::advance() {
  if (phase_ == Phase::kHead) advance_head();
  if (phase_ == Phase::kBody) advance_body();
  read();
}

void Connection::advance_head() {
  // Some clients send an empty line between two requests.
  while (in_.size() >= 2 && in_[0] == '\r' && in_[1] == '\n') in_.erase(0, 2);
  const std::size_t end = in_.find("\r\n\r\n");
  const std::size_t head_bytes = end == std::string::npos ? in_.size() : end + 4;
  if (head_bytes > limits::kHttpHeaderBytesMax) {
    return send_refusal(http_error(431, "exhausted", "more than 16 KiB of headers"));
  }
  if (end == std::string::npos) {
    if (in_.find('\0') != std::string::npos || in_.find("\n\n") != std::string::npos) {
      send_refusal(
          http_error(400, "invalid", "malformed HTTP request: every line must end in CR LF"));
    }
    return;
  }
  if (Status good = check_request_head(std::string_view(in_).substr(0, head_bytes)); !good) {
    const bool many = good.error().code == ErrorCode::kExhausted;
    return send_refusal(
        http_error(many ? 431 : 400, to_string(good.error().code), good.error().message));
  }
  collector_.emplace();
  start_reading_time_ = SteadyClock::now();
  phase_ = Phase::kBody;
}

void Connection::advance_body() {
  error_code failure;
  bool head_was_done = collector_->is_header_done();
  while (!in_.empty() && !collector_->is_done()) {
    const std::size_t used = collector_->put(asio::buffer(in_), failure);
    in_.erase(0, used);
    if (failure) break;
  }
  if (failure == http::error::need_more) failure = {};
  if (failure == http::error::body_limit) {
    return send_refusal(http_error(413, "exhausted", "more than 8 MiB of body"));
  }
  if (failure) {
    return send_refusal(http_error(400, "invalid", "malformed HTTP request: " + failure.message()));
  }
  if (collector_->is_done()) return dispatch();
  if (in_.size() > limits::kHttpHeaderBytesMax) {
    return send_refusal(
        http_error(400, "invalid", "malformed HTTP request: a chunk's size line is too long"));
  }
  if (const std::string* expect = collector_->find_header("expect");
      !head_was_done && expect != nullptr && *expect == "100-continue") {
    error_code ignored;
    asio::write(socket_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), ignored);
  }
  // Average speed since the head: each byte buys time, so a trickle ends soon after the grace.
  const auto bought =
      std::chrono::nanoseconds(static_cast<std::int64_t>(collector_->body_bytes()) * 1'000'000'000 /
                               shared_.options.bytes_per_second_min);
  const auto due = start_reading_time_ + nanoseconds_of(shared_.options.head_wait_max) + bought;
  set_deadline(due - SteadyClock::now());
}

/// Answers from any thread by posting to the connection, if that still lives.
class Responder final : public HttpResponder {
 public:
  Responder(std::weak_ptr<Connection> connection, std::uint64_t request,
            std::shared_ptr<Mailbox> mailbox, std::size_t backlog_bytes_max, bool chunked)
      : connection_(std::move(connection)),
        request_(request),
        mailbox_(std::move(mailbox)),
        backlog_bytes_max_(backlog_bytes_max),
        chunked_(chunked) {}

  ~Responder() override {
    // A handler that lost the request must not leave the client waiting.
    if (!answered_.load()) send(http_error(503, "unavailable", "the request was dropped"));
  }

  void reply(HttpReply reply) override {
    check(!answered_.exchange(true), "a request is answered once");
    send(std::move(reply));
  }

  std::shared_ptr<HttpStream> stream(HttpReply head) override;

 private:
  void send(HttpReply reply) {
    mailbox_->post(
        [connection = connection_, request = request_, reply = std::move(reply)]() mutable {
          if (const auto alive = connection.lock()) alive->answer(request, std::move(reply));
        });
  }

  std::weak_ptr<Connection> connection_;
  std::uint64_t request_;
  std::shared_ptr<Mailbox> mailbox_;
  std::size_t backlog_bytes_max_;
  bool chunked_;
  std::atomic<bool> answered_{false};
};

class Stream final : public HttpStream {
 public:
  Stream(std::weak_ptr<Connection> connection, std::uint64_t request,
         std::shared_ptr<Mailbox> mailbox, std::shared_ptr<StreamState> state)
      : connection_(std::move(connection)),
        request_(request),
        mailbox_(std::move(mailbox)),
        state_(std::move(state)) {}

  ~Stream() override {
    const std::lock_guard lock(state_->mutex);
    // Dropped without close(): the client must not take what it has for the whole.
    if (!state_->closed && !state_->gone) cut();
  }

  bool write(std::string chunk) override {
    const std::lock_guard lock(state_->mutex);
    if (state_->gone || state_->closed) return false;
    if (chunk.empty()) return true;
    if (state_->backlog_bytes + chunk.size() > state_->backlog_bytes_max) {
      state_->gone = true;
      cut();
      return false;
    }
    state_->waiting += state_->chunked ? chunk_text(chunk) : chunk;
    state_->backlog_bytes = state_->backlog_bytes + chunk.size();
    return post_flush();
  }

  void close() override {
    const std::lock_guard lock(state_->mutex);
    if (state_->closed || state_->gone) return;
    state_->closed = true;
    if (state_->chunked) state_->waiting += "0\r\n\r\n";
    static_cast<void>(post_flush());
  }

 private:
  /// REQUIRES the state's mutex.
  bool post_flush() {
    if (state_->flush_posted) return true;
    state_->flush_posted = mailbox_->post([connection = connection_] {
      if (const auto alive = connection.lock()) alive->flush_stream();
    });
    return state_->flush_posted;
  }
  void cut() {
    mailbox_->post([connection = connection_, request = request_] {
      if (const auto alive = connection.lock()) alive->cut_stream(request);
    });
  }

  std::weak_ptr<Connection> connection_;
  std::uint64_t request_;
  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<StreamState> state_;
};

std::shared_ptr<HttpStream> Responder::stream(HttpReply head) {
  check(!answered_.exchange(true), "a request is answered once");
  auto state = std::make_shared<StreamState>();
  state->backlog_bytes_max = backlog_bytes_max_;
  state->chunked = chunked_;
  const bool posted = mailbox_->post(
      [connection = connection_, request = request_, state, head = std::move(head)]() mutable {
        if (const auto alive = connection.lock()) {
          alive->begin_stream(request, std::move(head), state);
        } else {
          const std::lock_guard lock(state->mutex);
          state->gone = true;
        }
      });
  if (!posted) state->gone = true;
  return std::make_shared<Stream>(connection_, request_, mailbox_, std::move(state));
}

void Connection::dispatch() {
  timer_.cancel();
  timer_.expires_at(SteadyClock::time_point::max());
  keep_alive_ = collector_->keep_alive();
  is_1_1_ = collector_->is_1_1();
  HttpRequest request = collector_->take();
  Result<RequestTarget> target = parse_request_target(collector_->target());
  collector_.reset();
  phase_ = Phase::kHandling;
  is_head_request_ = request.method == "HEAD";
  const std::uint64_t number = ++request_number_;
  if (!target) return answer(number, http_error(target.error()));
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  if (std::optional<HttpReply> refusal = shared_.gate.admit(request)) {
    return answer(number, std::move(*refusal));
  }
  auto responder = std::make_shared<Responder>(weak_from_this(), number, shared_.mailbox,
                                               shared_.options.stream_backlog_bytes_max, is_1_1_);
  try {
    shared_.handler(std::move(request), std::move(responder));
  } catch (...) {
    // The responder was dropped with the exception and has answered 503. What the exception says
    // is for nobody outside.
  }
}

void Connection::answer(std::uint64_t request, HttpReply reply) {
  if (request != request_number_ || phase_ != Phase::kHandling) return;
  phase_ = Phase::kReplying;
  if (input_ended_) keep_alive_ = false;
  std::string bytes = reply_head(reply, {.body = BodyFraming::kLength, .keep_alive = keep_alive_});
  if (!is_head_request_ && reply.status != 204 && reply.status != 304) bytes += reply.body;
  write(std::move(bytes), &Connection::on_reply_written);
}

void Connection::write(std::string bytes, void (Connection::*then)()) {
  out_ = std::move(bytes);
  writing_ = true;
  const auto bought = std::chrono::seconds(static_cast<std::int64_t>(out_.size()) /
                                           shared_.options.bytes_per_second_min);
  set_deadline(nanoseconds_of(shared_.options.head_wait_max) + bought);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this(), then](error_code failure, std::size_t) {
                      self->writing_ = false;
                      if (self->phase_ == Phase::kClosed) return;
                      if (failure) return self->close();
                      (*self.*then)();
                    });
}

void Connection::on_reply_written() {
  if (!keep_alive_) {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    return close();
  }
  phase_ = Phase::kHead;
  set_deadline(
      nanoseconds_of(in_.empty() ? shared_.options.idle_wait_max : shared_.options.head_wait_max));
  // Posted, not called: a pipelined burst must not starve the other connections or the stack.
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->advance(); });
}

void Connection::begin_stream(std::uint64_t request, HttpReply head,
                              std::shared_ptr<StreamState> state) {
  if (request != request_number_ || phase_ != Phase::kHandling || input_ended_) {
    const std::lock_guard lock(state->mutex);
    state->gone = true;
    if (phase_ == Phase::kHandling && request == request_number_) close();
    return;
  }
  phase_ = Phase::kStreaming;
  stream_ = std::move(state);
  if (!stream_->chunked) keep_alive_ = false;
  const BodyFraming body = stream_->chunked ? BodyFraming::kChunked : BodyFraming::kUntilEnd;
  write(reply_head(head, {.body = body, .keep_alive = keep_alive_}),
        &Connection::on_stream_written);
}

void Connection::flush_stream() {
  if (stream_ == nullptr || phase_ != Phase::kStreaming || writing_) return;
  std::string bytes;
  bool ended = false;
  {
    const std::lock_guard lock(stream_->mutex);
    stream_->flush_posted = false;
    bytes.swap(stream_->waiting);
    ended = stream_->closed;
  }
  if (!bytes.empty()) return write(std::move(bytes), &Connection::on_stream_written);
  if (!ended) return;
  stream_.reset();
  phase_ = Phase::kReplying;
  on_reply_written();
}

void Connection::on_stream_written() {
  timer_.cancel();
  timer_.expires_at(SteadyClock::time_point::max());
  {
    const std::lock_guard lock(stream_->mutex);
    stream_->backlog_bytes = stream_->waiting.size();
  }
  out_.clear();
  flush_stream();
}

void Connection::send_refusal(const HttpReply& reply) {
  phase_ = Phase::kReplying;
  ++request_number_;
  write(reply_head(reply, {.body = BodyFraming::kLength, .keep_alive = false}) + reply.body,
        &Connection::on_refusal_written);
}

void Connection::on_refusal_written() {
  // Closing with unread input would reset the connection and lose the reply: drain a little.
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  phase_ = Phase::kDraining;
  in_.clear();
  set_deadline(kDrainWait);
  read();
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpServerOptions options, HttpHandler handler, HttpGate gate)
      : shared{.options = std::move(options),
               .handler = std::move(handler),
               .gate = std::move(gate),
               .mailbox = std::make_shared<Mailbox>(&context),
               .connections = {}},
        acceptor(context),
        pause(context) {}

  ~Impl() {
    shared.mailbox->close();
    context.stop();
    if (thread.joinable()) thread.join();
    while (!shared.connections.empty()) {
      // close() takes it out of the set.
      const std::shared_ptr<Connection> connection = *shared.connections.begin();
      connection->close();
    }
  }

  void accept() {
    acceptor.async_accept([this](error_code failure, tcp::socket socket) {
      if (failure == asio::error::operation_aborted) return;
      if (failure) {
        // Out of descriptors, most likely: those who are connected go on.
        pause.expires_after(kAcceptPause);
        return pause.async_wait([this](error_code cancelled) {
          if (!cancelled) accept();
        });
      }
      const std::size_t most = shared.options.connections_max;
      // A flood gets no answer at all: even refusals are bounded.
      if (shared.connections.size() >= 2 * most) return accept();
      const bool full = shared.connections.size() >= most;
      const auto connection = std::make_shared<Connection>(std::move(socket), shared);
      shared.connections.insert(connection);
      if (full) {
        connection->refuse();
      } else {
        connection->start();
      }
      accept();
    });
  }

  asio::io_context context{1};
  Shared shared;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  tcp::endpoint endpoint;
  std::thread thread;
};

namespace {

Result<tcp::endpoint> endpoint_of(const HttpServerOptions& options) {
  error_code failure;
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  const auto address = asio::ip::make_address(host, failure);
  if (failure) {
    return invalid({.what = "http address",
                    .expected = "a numeric address or localhost",
                    .got = options.host});
  }
  const bool open = !address.is_loopback();
  if (open && options.token_file.empty() && !options.insecure) {
    return Error{.code = ErrorCode::kDenied,
                 .message = "http address " + options.host +
                            ": refused without bearer tokens, because it is not loopback; "
                            "hint: give --token-file, or --insecure to serve anybody"};
  }
  return tcp::endpoint(address, options.port);
}

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options,
                                                      HttpHandler handler) {
  Result<tcp::endpoint> endpoint = endpoint_of(options);
  if (!endpoint) return endpoint.error();
  HttpGate::Options gate{
      .tokens = std::nullopt,
      .require_local_host = endpoint->address().is_loopback() && !options.insecure,
      .public_paths = options.public_paths,
      .on_warning = options.on_warning};
  if (!options.token_file.empty()) {
    Result<BearerTokens> tokens = BearerTokens::open(options.token_file);
    if (!tokens) return tokens.error();
    gate.tokens.emplace(std::move(*tokens));
  }
  auto impl =
      std::make_unique<Impl>(std::move(options), std::move(handler), HttpGate(std::move(gate)));
  error_code failure;
  impl->acceptor.open(endpoint->protocol(), failure);
  if (!failure) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) impl->acceptor.bind(*endpoint, failure);
  if (!failure) impl->acceptor.listen(limits::kListenBacklog, failure);
  if (failure) {
    const bool used = failure == asio::error::address_in_use;
    return Error{
        .code = used ? ErrorCode::kConflict : ErrorCode::kUnavailable,
        .message = "http address " + text_of(*endpoint) + ": " + failure.message() +
                   (used ? "; hint: another process serves it; choose another --http-port" : "")};
  }
  impl->endpoint = impl->acceptor.local_endpoint(failure);
  impl->accept();
  Impl* running = impl.get();
  impl->thread = std::thread([running] { running->context.run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;
std::uint16_t HttpServer::port() const {
  return impl_->endpoint.port();
}
std::string HttpServer::address() const {
  return text_of(impl_->endpoint);
}

}  // namespace fairlead

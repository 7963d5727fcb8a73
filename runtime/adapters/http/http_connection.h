// One client of the HTTP server: a state machine over its wire. One request at a time; the next
// one is read when the reply before it has been written. Lives on the HTTP thread; kept by
// shared_ptr while something of it waits in the wire, and by the server until it closes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "runtime/adapters/http/http_gate.h"
#include "runtime/adapters/http/http_mailbox.h"
#include "runtime/adapters/http/http_responder.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/http/http_wire.h"
#include "runtime/adapters/http/request_reader.h"

namespace fairlead {

/// What every connection needs from its server; outlives them.
struct ConnectionWorld {
  HttpServerOptions options;
  HttpHandler handler;
  HttpGate gate;
  std::shared_ptr<HttpMailbox> mailbox;
};

class HttpConnection final : public ReplyTarget,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  using OnClosed = std::function<void(const std::shared_ptr<HttpConnection>&)>;
  HttpConnection(std::unique_ptr<HttpWire> wire, ConnectionWorld& world, OnClosed on_closed)
      : wire_(std::move(wire)), world_(world), on_closed_(std::move(on_closed)) {}

  /// Opens the wire and serves requests. head_wait_max holds for the opening as for a head.
  void start();
  /// Says that there are too many connections, and ends. REQUIRES: not started, a plain wire.
  void refuse();
  void close();

  void answer(std::uint64_t request, HttpReply reply) override;
  void begin_stream(std::uint64_t request, HttpReply head,
                    std::shared_ptr<StreamState> state) override;
  void flush_stream(std::uint64_t request) override;
  void cut_stream(std::uint64_t request) override;

 private:
  enum class Phase {
    kOpening,
    kReading,  ///< waits for a request, or for the rest of one
    kHandling,
    kReplying,
    kStreaming,
    kDraining,  ///< refused; reads on a little, so that the refusal arrives
    kClosed
  };
  using Then = void (HttpConnection::*)();
  using Progress = RequestReader::Progress;

  void set_deadline(std::chrono::nanoseconds wait);
  void set_body_deadline();
  void on_deadline();
  bool wants_more_input() const;
  void read();
  void on_read(WireState state, std::string_view bytes);
  void advance(std::string_view bytes);
  void say_continue();
  void dispatch();
  void write(std::string bytes, Then then);
  void on_reply_written();
  void on_stream_written();
  void send_refusal(const HttpReply& reply);
  void on_refusal_written();
  /// Nothing more will be written; `then` when the wire has taken the last byte.
  void end_sending(Then then);

  const std::unique_ptr<HttpWire> wire_;
  ConnectionWorld& world_;
  const OnClosed on_closed_;
  Phase phase_ = Phase::kOpening;
  Progress progress_ = Progress::kIdle;
  RequestReader reader_;
  std::shared_ptr<StreamState> stream_;
  std::string out_;                   ///< being written
  std::function<void()> write_next_;  ///< waits for the "100 Continue" before it
  std::uint64_t request_number_ = 0;
  std::size_t drained_bytes_ = 0;
  std::chrono::steady_clock::time_point start_reading_time_;
  bool reading_ = false;
  bool writing_ = false;
  bool input_ended_ = false;
  bool keep_alive_ = true;
  bool is_head_request_ = false;
};

}  // namespace fairlead

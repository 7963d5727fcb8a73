// Answers from any thread: what a handler holds of a request, and the far end of its streams. Both
// reach the connection only through the mailbox, and lead nowhere once the connection is gone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/adapters/http/http_mailbox.h"
#include "runtime/http.h"

namespace fairlead {

/// What a stream's writer and its connection share. Invariant: backlog_bytes counts what was
/// written by the caller and not yet taken by the wire.
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

/// The connection as responders see it. HTTP thread only. `request` counts the connection's
/// requests: what comes for an earlier one is ignored.
class ReplyTarget {
 public:
  virtual ~ReplyTarget() = default;
  virtual void answer(std::uint64_t request, HttpReply reply) = 0;
  virtual void begin_stream(std::uint64_t request, HttpReply head,
                            std::shared_ptr<StreamState> state) = 0;
  virtual void flush_stream(std::uint64_t request) = 0;
  virtual void cut_stream(std::uint64_t request) = 0;
};

/// Where one request came from.
struct ReplyPath {
  std::weak_ptr<ReplyTarget> target;
  std::uint64_t request = 0;
  std::shared_ptr<HttpMailbox> mailbox;
};

class ConnectionResponder final : public HttpResponder {
 public:
  struct Options {
    std::size_t backlog_bytes_max = 0;
    bool chunked = true;
  };

  ConnectionResponder(ReplyPath path, Options options)
      : path_(std::move(path)), options_(options) {}
  /// A request that nobody answered gets 503: its client must not wait for ever.
  ~ConnectionResponder() override;

  void reply(HttpReply reply) override;
  std::shared_ptr<HttpStream> stream(HttpReply head) override;

 private:
  void send(HttpReply reply);

  const ReplyPath path_;
  const Options options_;
  std::atomic<bool> answered_{false};
};

}  // namespace fairlead

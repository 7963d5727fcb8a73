#include "runtime/adapters/http/http_responder.h"

#include <utility>

#include "common/check.h"
#include "runtime/adapters/http/reply_text.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

class ConnectionStream final : public HttpStream {
 public:
  ConnectionStream(ReplyPath path, std::shared_ptr<StreamState> state)
      : path_(std::move(path)), state_(std::move(state)) {}

  ~ConnectionStream() override {
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
    state_->flush_posted = path_.mailbox->post([target = path_.target, request = path_.request] {
      if (const auto alive = target.lock()) alive->flush_stream(request);
    });
    return state_->flush_posted;
  }
  void cut() {
    path_.mailbox->post([target = path_.target, request = path_.request] {
      if (const auto alive = target.lock()) alive->cut_stream(request);
    });
  }

  const ReplyPath path_;
  const std::shared_ptr<StreamState> state_;
};

}  // namespace

ConnectionResponder::~ConnectionResponder() {
  if (!answered_.load()) send(http_error(503, "unavailable", "the request was dropped"));
}

void ConnectionResponder::reply(HttpReply reply) {
  check(!answered_.exchange(true), "a request is answered once");
  send(std::move(reply));
}

void ConnectionResponder::send(HttpReply reply) {
  path_.mailbox->post(
      [target = path_.target, request = path_.request, reply = std::move(reply)]() mutable {
        if (const auto alive = target.lock()) alive->answer(request, std::move(reply));
      });
}

std::shared_ptr<HttpStream> ConnectionResponder::stream(HttpReply head) {
  check(!answered_.exchange(true), "a request is answered once");
  auto state = std::make_shared<StreamState>();
  state->backlog_bytes_max = options_.backlog_bytes_max;
  state->chunked = options_.chunked;
  const bool posted = path_.mailbox->post(
      [target = path_.target, request = path_.request, state, head = std::move(head)]() mutable {
        if (const auto alive = target.lock()) {
          alive->begin_stream(request, std::move(head), state);
        } else {
          const std::lock_guard lock(state->mutex);
          state->gone = true;
        }
      });
  if (!posted) state->gone = true;
  return std::make_shared<ConnectionStream>(path_, std::move(state));
}

}  // namespace fairlead

// The connection while its reply is a stream.
#include "runtime/adapters/http/http_connection.h"
#include "runtime/adapters/http/reply_text.h"

namespace fairlead {

void HttpConnection::begin_stream(std::uint64_t request, HttpReply head,
                                  std::shared_ptr<StreamState> state) {
  if (request != request_number_ || phase_ != Phase::kHandling || input_ended_) {
    {
      const std::lock_guard lock(state->mutex);
      state->gone = true;
    }
    if (phase_ == Phase::kHandling && request == request_number_) close();
    return;
  }
  phase_ = Phase::kStreaming;
  stream_ = std::move(state);
  if (!stream_->chunked) keep_alive_ = false;
  const BodyFraming body = stream_->chunked ? BodyFraming::kChunked : BodyFraming::kUntilEnd;
  write(reply_head(head, {.body = body, .keep_alive = keep_alive_}),
        &HttpConnection::on_stream_written);
}

void HttpConnection::flush_stream(std::uint64_t request) {
  if (request != request_number_ || stream_ == nullptr || phase_ != Phase::kStreaming || writing_) {
    return;
  }
  std::string bytes;
  bool ended = false;
  {
    const std::lock_guard lock(stream_->mutex);
    stream_->flush_posted = false;
    bytes.swap(stream_->waiting);
    ended = stream_->closed;
  }
  if (!bytes.empty()) return write(std::move(bytes), &HttpConnection::on_stream_written);
  if (!ended) return;
  stream_.reset();
  phase_ = Phase::kReplying;
  on_reply_written();
}

void HttpConnection::on_stream_written() {
  wire_->clear_deadline();
  {
    const std::lock_guard lock(stream_->mutex);
    stream_->backlog_bytes = stream_->waiting.size();
  }
  out_.clear();
  flush_stream(request_number_);
}

void HttpConnection::cut_stream(std::uint64_t request) {
  if (request == request_number_ && phase_ != Phase::kClosed) close();
}

}  // namespace fairlead

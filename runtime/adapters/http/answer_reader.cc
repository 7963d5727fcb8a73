#include "runtime/adapters/http/answer_reader.h"

#include <boost/beast/http/basic_parser.hpp>

#include "common/limits.h"

namespace fairlead {

namespace http = boost::beast::http;

class AnswerReader::Collector final : public http::basic_parser<false> {
 public:
  Collector(std::size_t body_bytes_max, const HttpChunkHandler* on_chunk) : on_chunk_(on_chunk) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(4 * limits::kHttpHeaderBytesMax));
    if (on_chunk == nullptr) {
      body_limit(body_bytes_max);
    } else {
      body_limit(boost::none);
    }
  }

  bool is_stopped() const { return stopped_; }
  bool is_streaming() const {
    return on_chunk_ != nullptr && is_header_done() && answer_.status < 300;
  }
  HttpAnswer take() { return std::move(answer_); }

 private:
  using error_code = boost::beast::error_code;
  using text = boost::beast::string_view;

  std::size_t on_body(text piece) {
    if (!is_streaming()) {
      answer_.body.append(piece.data(), piece.size());
    } else if (!stopped_ && !(*on_chunk_)(std::string_view(piece.data(), piece.size()))) {
      stopped_ = true;
    }
    return piece.size();
  }

  void on_request_impl(http::verb, text, text, int, error_code&) override {}
  void on_response_impl(int status, text, int, error_code&) override { answer_.status = status; }
  void on_field_impl(http::field, text name, text value, error_code&) override {
    if (is_header_done()) return;  // a trailer
    std::string key(name.data(), name.size());
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    answer_.headers[key].assign(value.data(), value.size());
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(text body, error_code&) override { return on_body(body); }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code&) override {
    return on_body(body);
  }
  void on_finish_impl(error_code&) override {}

  const HttpChunkHandler* on_chunk_;
  HttpAnswer answer_;
  bool stopped_ = false;
};

AnswerReader::AnswerReader(std::size_t body_bytes_max, const HttpChunkHandler* on_chunk)
    : collector_(std::make_unique<Collector>(body_bytes_max, on_chunk)) {}
AnswerReader::~AnswerReader() = default;

Status AnswerReader::put(std::string_view bytes) {
  unparsed_ += bytes;
  boost::beast::error_code failure;
  while (!unparsed_.empty() && !is_done()) {
    const std::size_t used = collector_->put(boost::asio::buffer(unparsed_), failure);
    unparsed_.erase(0, used);
    if (failure == http::error::need_more) return {};
    if (failure == http::error::body_limit) {
      return Error{.code = ErrorCode::kExhausted, .message = "the answer is too long"};
    }
    if (failure) {
      return Error{.code = ErrorCode::kCorrupt,
                   .message = "not an HTTP answer: " + failure.message()};
    }
  }
  return {};
}

Status AnswerReader::put_end() {
  boost::beast::error_code failure;
  // The parser takes the end of nothing for our bug; a server that is killed gives just that.
  if (collector_->got_some()) collector_->put_eof(failure);
  if (collector_->is_done() && !failure) return {};
  return Error{.code = ErrorCode::kUnavailable,
               .message = "the connection was cut before the answer's end"};
}

bool AnswerReader::is_done() const {
  return collector_->is_done() || collector_->is_stopped();
}
bool AnswerReader::is_streaming() const {
  return collector_->is_streaming();
}
HttpAnswer AnswerReader::take() {
  return collector_->take();
}

}  // namespace fairlead

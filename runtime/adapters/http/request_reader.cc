#include "runtime/adapters/http/request_reader.h"

#include "common/check.h"
#include "common/limits.h"
#include "runtime/adapters/http/request_collector.h"
#include "runtime/adapters/http/request_text.h"
#include "runtime/http_errors.h"

namespace fairlead {

namespace http = boost::beast::http;

RequestReader::RequestReader() = default;
RequestReader::~RequestReader() = default;

RequestReader::Progress RequestReader::put(std::string_view bytes) {
  in_ += bytes;
  if (collector_ == nullptr) {
    const Progress progress = read_head();
    if (progress != Progress::kBody) return progress;
  }
  return read_body();
}

RequestReader::Progress RequestReader::read_head() {
  // Some clients send an empty line between two requests.
  std::size_t empty_lines = 0;
  while (in_.compare(empty_lines, 2, "\r\n") == 0) empty_lines += 2;
  in_.erase(0, empty_lines);
  if (in_.empty()) return Progress::kIdle;
  const std::size_t end = in_.find("\r\n\r\n");
  const std::size_t head_bytes = end == std::string::npos ? in_.size() : end + 4;
  if (head_bytes > limits::kHttpHeaderBytesMax) {
    return refuse(http_error(431, "exhausted", "more than 16 KiB of headers"));
  }
  if (end == std::string::npos) {
    if (in_.find('\0') != std::string::npos || in_.find("\n\n") != std::string::npos) {
      return refuse(
          http_error(400, "invalid", "malformed HTTP request: every line must end in CR LF"));
    }
    return Progress::kHead;
  }
  if (Status good = check_request_head(std::string_view(in_).substr(0, head_bytes)); !good) {
    const bool many = good.error().code == ErrorCode::kExhausted;
    return refuse(http_error(many ? 431 : 400, to_string(good.error().code), good.error().message));
  }
  collector_ = std::make_unique<RequestCollector>();
  return Progress::kBody;
}

RequestReader::Progress RequestReader::read_body() {
  boost::system::error_code failure;
  const bool head_was_done = collector_->is_header_done();
  std::size_t read = 0;
  while (read < in_.size() && !collector_->is_done() && !failure) {
    read += collector_->put(boost::asio::buffer(in_.data() + read, in_.size() - read), failure);
  }
  in_.erase(0, read);
  if (failure == http::error::need_more) failure = {};
  if (failure == http::error::body_limit) {
    return refuse(http_error(413, "exhausted", "more than 8 MiB of body"));
  }
  if (failure) {
    return refuse(http_error(400, "invalid", "malformed HTTP request: " + failure.message()));
  }
  if (collector_->is_done()) return Progress::kWhole;
  if (in_.size() > limits::kHttpHeaderBytesMax) {
    return refuse(
        http_error(400, "invalid", "malformed HTTP request: a chunk's size line is too long"));
  }
  const std::string* expect = collector_->find_header("expect");
  wants_continue_ = !head_was_done && expect != nullptr && *expect == "100-continue";
  return Progress::kBody;
}

RequestReader::Progress RequestReader::refuse(HttpReply reply) {
  refusal_ = std::move(reply);
  in_.clear();
  return Progress::kRefused;
}

WholeRequest RequestReader::take() {
  check(collector_ != nullptr && collector_->is_done(), "a whole request has come");
  WholeRequest whole{.request = collector_->take(),
                     .target = collector_->target(),
                     .keep_alive = collector_->keep_alive(),
                     .is_1_1 = collector_->is_1_1()};
  collector_.reset();
  return whole;
}

bool RequestReader::take_wants_continue() {
  return std::exchange(wants_continue_, false);
}

std::size_t RequestReader::body_bytes() const {
  return collector_ == nullptr ? 0 : collector_->body_bytes();
}

}  // namespace fairlead

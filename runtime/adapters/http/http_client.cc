#include "runtime/adapters/http/http_client.h"

#include <boost/beast/http/basic_parser.hpp>
#include <nlohmann/json.hpp>

#include "common/limits.h"
#include "runtime/adapters/http/client_socket.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

namespace http = boost::beast::http;

constexpr int kRedirectsMax = 3;

/// Collects an answer, or hands its body on piece by piece.
class AnswerCollector final : public http::basic_parser<false> {
 public:
  AnswerCollector(std::size_t body_bytes_max, const HttpChunkHandler* on_chunk)
      : on_chunk_(on_chunk) {
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

/// Feeds what has arrived; `unparsed` keeps what is not complete yet.
Status feed(AnswerCollector& collector, std::string& unparsed) {
  boost::beast::error_code failure;
  while (!unparsed.empty() && !collector.is_done() && !collector.is_stopped()) {
    const std::size_t used = collector.put(boost::asio::buffer(unparsed), failure);
    unparsed.erase(0, used);
    if (failure == http::error::need_more) return {};
    if (failure == http::error::body_limit) {
      return Error{.code = ErrorCode::kExhausted, .message = "the answer is too long"};
    }
    if (failure)
      return Error{.code = ErrorCode::kCorrupt,
                   .message = "not an HTTP answer: " + failure.message()};
  }
  return {};
}

Status receive_answer(ClientSocket& socket, AnswerCollector& collector,
                      const HttpClientOptions& options, Instant deadline) {
  std::string unparsed;
  while (!collector.is_done() && !collector.is_stopped()) {
    if (collector.is_streaming()) {
      const bool patient = options.stream_silence_max == Duration{};
      deadline = patient ? Instant::never() : ClientSocket::now() + options.stream_silence_max;
    }
    Result<std::string_view> bytes = socket.receive(deadline);
    if (!bytes) return bytes.error();
    if (bytes->empty()) {
      boost::beast::error_code failure;
      collector.put_eof(failure);
      if (collector.is_done() && !failure) return {};
      return Error{.code = ErrorCode::kUnavailable,
                   .message = "the connection was cut before the answer's end"};
    }
    unparsed += *bytes;
    if (Status good = feed(collector, unparsed); !good) return good;
  }
  return {};
}

Result<HttpAnswer> call_once(const HttpClientOptions& options, const HostPort& peer,
                             std::string_view request_without_host,
                             const HttpChunkHandler* on_chunk, Instant deadline) {
  ClientSocket socket(options.stop_descriptor);
  AnswerCollector collector(options.body_bytes_max, on_chunk);
  Status done = socket.connect(peer, deadline);
  if (done) done = socket.send_all(request_without_host, deadline);
  if (done) done = receive_answer(socket, collector, options, deadline);
  if (!done) return done.error();
  return collector.take();
}

std::string request_text(const HttpClientOptions& options, const HostPort& peer,
                         std::string_view method, std::string_view target, std::string_view body) {
  const bool v6 = peer.host.find(':') != std::string::npos;
  std::string text(method);
  text += ' ';
  text += target;
  text += " HTTP/1.1\r\nhost: " + (v6 ? "[" + peer.host + "]" : peer.host) + ":" + peer.port +
          "\r\nconnection: close\r\naccept: application/json\r\nuser-agent: fairlead\r\n";
  if (!options.token.empty()) text += "authorization: Bearer " + options.token + "\r\n";
  if (!body.empty() || method == "POST" || method == "PUT") {
    text +=
        "content-type: application/json\r\ncontent-length: " + std::to_string(body.size()) + "\r\n";
  }
  text += "\r\n";
  text += body;
  return text;
}

bool is_plain(std::string_view text) {
  for (char c : text) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return true;
}

}  // namespace

Result<HttpAnswer> HttpClient::call(std::string_view method, std::string_view target,
                                    std::string_view body, const HttpChunkHandler* on_chunk) {
  if (target.empty() || target.front() != '/' || !is_plain(target) || !is_plain(options_.token)) {
    return invalid({.what = "http request",
                    .expected = "an encoded path that starts with '/'",
                    .got = std::string(target)});
  }
  Result<HostPort> peer = parse_host_port(options_.address);
  if (!peer) return peer.error();
  const Instant deadline = ClientSocket::now() + options_.timeout;
  std::string where(target);
  for (int redirects = 0;; ++redirects) {
    const std::string request = request_text(options_, *peer, method, where, body);
    Result<HttpAnswer> answer = call_once(options_, *peer, request, on_chunk, deadline);
    if (!answer || answer->status != 307 || redirects == kRedirectsMax) return answer;
    const std::string& location = answer->headers["location"];
    constexpr std::string_view kScheme = "http://";
    if (location.compare(0, kScheme.size(), kScheme) != 0 || !is_plain(location)) return answer;
    const std::size_t path = std::min(location.find('/', kScheme.size()), location.size());
    peer = parse_host_port(std::string_view(location).substr(0, path));
    if (!peer) return peer.error();
    where = path < location.size() ? location.substr(path) : "/";
  }
}

Result<HttpAnswer> expect_success(Result<HttpAnswer> answer) {
  if (!answer || answer->status < 300) return answer;
  Error error{.code = error_code_of(answer->status),
              .message = "the server answered " + std::to_string(answer->status)};
  // Error bodies are small and flat; anything else is not ours and keeps the plain message.
  if (answer->body.size() > 16 * limits::kErrorCharsMax) return error;
  const auto json = nlohmann::json::parse(answer->body, nullptr, false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) return error;
  const auto& told = json["error"];
  if (told.contains("message") && told["message"].is_string()) error.message = told["message"];
  for (int code = 0; code <= static_cast<int>(ErrorCode::kUnsupported); ++code) {
    const auto candidate = static_cast<ErrorCode>(code);
    if (told.contains("code") && told["code"] == to_string(candidate)) error.code = candidate;
  }
  return error;
}

}  // namespace fairlead

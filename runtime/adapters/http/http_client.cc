#include "runtime/adapters/http/http_client.h"

#include "common/limits.h"
#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/http/answer_reader.h"
#include "runtime/adapters/http/bearer_tokens.h"
#include "runtime/adapters/http/client_socket.h"
#include "runtime/adapters/http/http_exposure.h"
#include "runtime/adapters/http/json_text.h"
#include "runtime/adapters/http/server_address.h"
#include "runtime/adapters/http/tls_context.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

constexpr int kRedirectsMax = 3;

Status receive_answer(ClientSocket& socket, AnswerReader& reader, const HttpClientOptions& options,
                      Instant deadline) {
  while (!reader.is_done()) {
    if (reader.is_streaming()) {
      const bool patient = options.stream_silence_max == Duration{};
      deadline = patient ? Instant::never() : ClientSocket::now() + options.stream_silence_max;
    }
    Result<std::string_view> bytes = socket.receive(deadline);
    if (!bytes) return bytes.error();
    if (bytes->empty()) return reader.put_end();
    if (Status good = reader.put(*bytes); !good) return good;
  }
  return {};
}

Result<std::shared_ptr<const TlsContext>> believed_by(const HttpClientOptions& options) {
  if (options.ca_file.empty()) return TlsContext::for_client({});
  Result<std::string> authorities =
      read_file_safely(options.ca_file, {.bytes_max = limits::kConfigBytesMax});
  if (!authorities) return authorities.error();
  if (authorities->empty()) {
    return invalid({.what = "file " + options.ca_file, .expected = "PEM certificates"});
  }
  auto context = TlsContext::for_client(*authorities);
  if (context) return context;
  return Error{.code = context.error().code,
               .message = "file " + options.ca_file + ": " + context.error().message};
}

/// Connects, and makes sure that the token may go where it goes.
Status connect(ClientSocket& socket, const HttpClientOptions& options, const ServerAddress& server,
               Instant deadline) {
  if (Status done = socket.connect(server, deadline); !done) return done;
  if (server.is_tls) {
    auto context = believed_by(options);
    if (!context) return context.error();
    return socket.start_tls(**context, server, deadline);
  }
  if (options.token.empty()) return {};
  return check_sending_token({.server = server.url(),
                              .peer_address = socket.peer_address(),
                              .insecure = options.insecure});
}

Result<HttpAnswer> call_once(const HttpClientOptions& options, const ServerAddress& server,
                             std::string_view request_without_host,
                             const HttpChunkHandler* on_chunk, Instant deadline) {
  ClientSocket socket(options.stop_descriptor);
  AnswerReader reader(options.body_bytes_max, on_chunk);
  Status done = connect(socket, options, server, deadline);
  if (done) done = socket.send_all(request_without_host, deadline);
  if (done) done = receive_answer(socket, reader, options, deadline);
  if (!done) return done.error();
  return reader.take();
}

std::string request_text(const HttpClientOptions& options, const ServerAddress& server,
                         std::string_view method, std::string_view target, std::string_view body) {
  std::string text(method);
  text += ' ';
  text += target;
  text += " HTTP/1.1\r\nhost: " + server.authority() +
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

/// One call, over as many servers as lead to the one that answers.
Result<HttpAnswer> follow(const HttpClientOptions& options, std::string_view method,
                          std::string_view target, std::string_view body,
                          const HttpChunkHandler* on_chunk) {
  if (target.empty() || target.front() != '/' || !is_plain(target) || !is_plain(options.token)) {
    return invalid({.what = "http request",
                    .expected = "an encoded path that starts with '/'",
                    .got = std::string(target)});
  }
  Result<ServerAddress> server = parse_server_address(options.address);
  if (!server) return server.error();
  const Instant deadline = ClientSocket::now() + options.timeout;
  std::string where(target);
  for (int redirects = 0;; ++redirects) {
    const std::string request = request_text(options, *server, method, where, body);
    Result<HttpAnswer> answer = call_once(options, *server, request, on_chunk, deadline);
    if (!answer || answer->status != 307 || redirects == kRedirectsMax) return answer;
    const std::string& location = answer->headers["location"];
    const std::size_t scheme = location.find("://");
    if (scheme == std::string::npos || !is_plain(location)) return answer;
    const std::size_t path = std::min(location.find('/', scheme + 3), location.size());
    Result<ServerAddress> next = parse_server_address(std::string_view(location).substr(0, path));
    if (!next) return next.error();
    if (server->is_tls && !next->is_tls) {
      return Error{.code = ErrorCode::kDenied,
                   .message = server->url() + ": leads to " + next->url() +
                              ", which is not TLS; hint: give every master a certificate"};
    }
    server = std::move(next);
    where = path < location.size() ? location.substr(path) : "/";
  }
}

}  // namespace

Result<HttpAnswer> HttpClient::call(std::string_view method, std::string_view target,
                                    std::string_view body, const HttpChunkHandler* on_chunk) {
  if (options_.token_file.empty() || !options_.token.empty()) {
    return follow(options_, method, target, body, on_chunk);
  }
  Result<SecretText> token = read_first_token(options_.token_file);
  if (!token) return token.error();
  HttpClientOptions options = options_;
  options.token = token->reveal();
  return follow(options, method, target, body, on_chunk);
}

Result<HttpAnswer> expect_success(Result<HttpAnswer> answer) {
  if (!answer || answer->status < 300) return answer;
  Error error{.code = error_code_of(answer->status),
              .message = "the server answered " + std::to_string(answer->status)};
  // Error bodies are small and flat; anything else is not ours and keeps the plain message.
  if (answer->body.size() > 16 * limits::kErrorCharsMax) return error;
  const auto json = parse_json(answer->body);
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

// A small synchronous HTTP/1.1 client for the command line and tests: one connection per call.
// Not for loops: every call blocks up to its timeout. One thread at a time per client.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

struct HttpClientOptions {
  std::string address;             ///< "127.0.0.1:5050", "[::1]:5050", "https://host:port"
  std::string token;               ///< bearer token; empty: that of token_file, or none
  std::string token_file;          ///< its first token is sent; read at every call; empty: none
  std::string ca_file;             ///< PEM certificates to believe; empty: the system's store
  bool insecure = false;           ///< sends the token in plain HTTP beyond loopback, too
  Duration timeout = seconds(10);  ///< for connecting and for a whole plain call
  /// How long a stream may be silent; zero: for ever.
  Duration stream_silence_max = {};
  std::size_t body_bytes_max = 64 << 20;
  /// A descriptor that becomes readable to interrupt a call (an eventfd); -1: none.
  int stop_descriptor = -1;
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< empty for a stream with status < 300
};

/// Takes the next piece of a stream's body; false stops the call, which then succeeds.
using HttpChunkHandler = std::function<bool(std::string_view chunk)>;

class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options) : options_(std::move(options)) {}

  /// `target` is an encoded path with its query. Any status is an answer, not an error; up to three
  /// 307 replies are followed. kUnavailable: refused or cut; kTimedOut: no whole answer in time;
  /// kConflict: interrupted by the stop descriptor; kCorrupt: not HTTP; kExhausted: body too long;
  /// kDenied: a certificate that is not believed, or a token that would be shown to the network.
  Result<HttpAnswer> get(std::string_view target) { return call("GET", target, {}, nullptr); }
  Result<HttpAnswer> post(std::string_view target, std::string_view json_body) {
    return call("POST", target, json_body, nullptr);
  }
  Result<HttpAnswer> put(std::string_view target, std::string_view json_body) {
    return call("PUT", target, json_body, nullptr);
  }
  Result<HttpAnswer> remove(std::string_view target) { return call("DELETE", target, {}, nullptr); }
  /// Returns when the stream ends, the handler says false, or it is interrupted. kUnavailable when
  /// the stream is cut before its end. A reply with status >= 300 comes back with its body.
  Result<HttpAnswer> stream(std::string_view target, const HttpChunkHandler& on_chunk) {
    return call("GET", target, {}, &on_chunk);
  }

 private:
  Result<HttpAnswer> call(std::string_view method, std::string_view target, std::string_view body,
                          const HttpChunkHandler* on_chunk);

  HttpClientOptions options_;
};

/// The answer itself when its status is below 300; else the Error that its body tells.
Result<HttpAnswer> expect_success(Result<HttpAnswer> answer);

}  // namespace fairlead

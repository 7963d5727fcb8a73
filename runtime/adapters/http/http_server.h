// The HTTP/1.1 server of every Fairlead process: one thread of its own, bounded in every
// direction. It authenticates (bearer tokens, or anonymous on loopback) and hands requests to one
// handler; it knows no routes. Owned by main(); destroying it closes every connection and joins
// the thread. Responders and streams may outlive it: they then lead nowhere.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "common/time.h"
#include "runtime/http.h"

namespace fairlead {

struct HttpServerOptions {
  std::string host = "127.0.0.1";  ///< a numeric address or "localhost"
  std::uint16_t port = 0;          ///< 0: the system picks one, see port()
  std::string name;                ///< by which others reach it; empty: `host`, see address()
  std::string token_file;          ///< `token principal` lines, mode 0600; empty: no tokens
  std::string certificate_file;    ///< PEM chain; empty: plain HTTP. Read again when it changes
  std::string key_file;            ///< its PEM key, mode 0600. Read again when it changes
  bool insecure = false;           ///< allows a non-loopback address without tokens or TLS
  /// Served without a token even when there are tokens; the principal is empty then.
  std::vector<std::string> public_paths = {"/livez", "/readyz"};
  std::size_t connections_max = limits::kHttpConnectionsMax;  ///< TLS handshakes included
  std::size_t connections_per_address_max = limits::kHttpConnectionsPerAddressMax;
  /// For a TLS handshake, and for a head from its first byte to its empty line.
  Duration head_wait_max = milliseconds(limits::kHttpHeaderMsMax);
  Duration idle_wait_max = seconds(75);  ///< between two requests
  /// A body or a reader slower than this is cut once its grace, head_wait_max, is used up.
  std::int64_t bytes_per_second_min = 1'024;
  std::size_t stream_backlog_bytes_max = 1 << 20;
  /// Hears of --insecure at the start, and of tokens or certificates that changed and are no good.
  /// Called on the HTTP thread.
  std::function<void(const std::string&)> on_warning;
};

class HttpServer {
 public:
  /// Binds and starts serving. kDenied for a non-loopback address without tokens and TLS and
  /// without `insecure`, and for secrets that others may read; kConflict when the address is in
  /// use; kInvalid for a bad address, token file, certificate or key.
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, HttpHandler handler);

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  std::uint16_t port() const;  ///< the real one, never 0
  /// Where others reach it: "127.0.0.1:41234", "https://doc7.example:41234" with TLS. The host is
  /// the option `name`; without it the bound address, or this machine's name for 0.0.0.0 and ::.
  std::string address() const;
  std::string url() const;  ///< the same, always with http:// or https://

 private:
  struct Impl;  // keeps Boost out of every other file
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairlead

// HTTP as the rest of Fairlead sees it: plain requests and replies, and one-way streams. The
// adapter (Boost.Beast) owns sockets, limits, TLS and its own thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/ids.h"

namespace fairlead {

struct HttpRequest {
  std::string method;  ///< "GET", "POST", "DELETE"
  std::string path;    ///< decoded, normalised, without the query: "/api/v1/tasks"
  std::map<std::string, std::string> query;    ///< decoded
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  Principal principal;  ///< owner of the bearer token; empty when none was sent
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;  ///< beside content-type and content-length
};

/// The open end of a streamed reply (chunked). Thread-safe. A slow reader is cut when more than
/// 1 MiB waits for it.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  /// False when the client is gone; the caller drops the stream then.
  [[nodiscard]] virtual bool write(std::string chunk) = 0;
  virtual void close() = 0;
};

/// Answers one request, exactly once, from any thread: by `reply`, or by `stream` for a body that
/// grows.
class HttpResponder {
 public:
  virtual ~HttpResponder() = default;
  virtual void reply(HttpReply reply) = 0;
  virtual std::shared_ptr<HttpStream> stream(HttpReply head) = 0;
};

/// Called on the HTTP thread; hands the work to its loop and returns at once.
using HttpHandler = std::function<void(HttpRequest, std::shared_ptr<HttpResponder>)>;

}  // namespace fairlead

// Reads the requests of one connection from the bytes that arrive, one after the other: strictly
// (request_text.h), within the bounds of common/limits.h. Pure: no socket, no clock.
// Owned by the connection; one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/http.h"

namespace fairlead {

class RequestCollector;  // keeps Boost out of every other file

struct WholeRequest {
  HttpRequest request;  ///< path and query are still empty: they are in `target`
  std::string target;
  bool keep_alive = true;
  bool is_1_1 = true;
};

class RequestReader {
 public:
  enum class Progress {
    kIdle,  ///< nothing of a request has come
    kHead,
    kBody,
    kWhole,   ///< take() it
    kRefused  ///< see refusal(); nothing more can be read from this connection
  };

  RequestReader();
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Takes what has arrived. REQUIRES: not kRefused.
  Progress put(std::string_view bytes);
  /// Takes what has arrived for later: put("") reads on.
  void keep(std::string_view bytes) { in_ += bytes; }
  /// The whole request. The next one begins with what has arrived behind it: ask put("").
  /// REQUIRES: the last progress was kWhole.
  WholeRequest take();

  /// 400, 413 or 431. REQUIRES: the last progress was kRefused.
  const HttpReply& refusal() const { return refusal_; }
  /// True once for a request whose client waits for "100 Continue" before it sends the body.
  bool take_wants_continue();
  std::size_t body_bytes() const;
  std::size_t unread_bytes() const { return in_.size(); }

 private:
  Progress read_head();
  Progress read_body();
  Progress refuse(HttpReply reply);

  std::string in_;  ///< received, not yet parsed
  std::unique_ptr<RequestCollector> collector_;
  HttpReply refusal_;
  bool wants_continue_ = false;
};

}  // namespace fairlead

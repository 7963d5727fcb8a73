// The bytes of a reply's head. Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "runtime/http.h"

namespace fairlead {

enum class BodyFraming {
  kLength,   ///< content-length of reply.body
  kChunked,  ///< a stream to an HTTP/1.1 client
  kUntilEnd  ///< a stream to an HTTP/1.0 client: the connection's end ends it
};

struct ReplyFrame {
  BodyFraming body = BodyFraming::kLength;
  bool keep_alive = true;
};

/// Status line and headers up to the empty line, included. Control bytes in header values become
/// spaces; a handler's own framing headers are left out.
std::string reply_head(const HttpReply& reply, ReplyFrame frame);

/// One chunk of a chunked body; `payload` must not be empty (an empty chunk ends the body).
std::string chunk_text(std::string_view payload);

/// "Not Found" for 404; "Status" for what has no name.
std::string_view reason_phrase(int status);

}  // namespace fairlead

// Reads one HTTP answer from the bytes that arrive, whole or piece by piece. Pure: no socket, no
// clock. Owned by one call of HttpClient.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"
#include "runtime/adapters/http/http_client.h"

namespace fairlead {

class AnswerReader {
 public:
  /// `on_chunk` gets the body of an answer below 300 piece by piece, and may stop it; nullptr: all
  /// of the body is collected, at most `body_bytes_max`.
  AnswerReader(std::size_t body_bytes_max, const HttpChunkHandler* on_chunk);
  ~AnswerReader();
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  /// kCorrupt: not HTTP; kExhausted: the body is too long.
  Status put(std::string_view bytes);
  /// The connection has ended. kUnavailable: before the answer's end.
  Status put_end();

  bool is_done() const;       ///< whole, or stopped by the handler
  bool is_streaming() const;  ///< the head has come, and pieces go to the handler
  HttpAnswer take();

 private:
  class Collector;  // keeps Boost out of every other file
  std::unique_ptr<Collector> collector_;
  std::string unparsed_;
};

}  // namespace fairlead

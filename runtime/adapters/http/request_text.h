// The strict reading of a request's text, before and beside the Beast parser: what two parsers
// could understand differently is refused, not repaired. Pure functions; thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead {

/// Checks a request head, from the request line to the empty line that ends it, both included.
/// Refuses with kInvalid: bare CR or LF, NUL and other control bytes, a line that continues the
/// one before (obs-fold), a space before ':', a target that does not start with '/', a version
/// other than HTTP/1.0 and 1.1, a missing or repeated Host, a repeated Authorization,
/// Content-Length or Transfer-Encoding, both of the latter at once, a length that is not plain
/// digits, any transfer coding but `chunked`. kExhausted: more than limits::kHttpHeadersMax
/// headers.
Status check_request_head(std::string_view head);

struct RequestTarget {
  std::string path;                          ///< decoded, no "." or "..", no empty word
  std::map<std::string, std::string> query;  ///< decoded; the last of a repeated name wins
};

/// Splits and decodes `/a%20b/../c?x=1&y=a+b`. kInvalid: a broken %-escape, NUL or a control byte,
/// ".." that leaves the root, a fragment.
Result<RequestTarget> parse_request_target(std::string_view target);

/// Undoes %-escapes; '+' means a space when `plus_is_space`.
Result<std::string> decode_percent(std::string_view text, bool plus_is_space);

/// The inverse for one path word or query value: everything but [A-Za-z0-9._~-] is escaped.
std::string encode_percent(std::string_view text);

}  // namespace fairlead

// How an Error travels over HTTP: its status code and a body that both people and programs read.
// Pure text; owns nothing; every function is thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "runtime/http.h"

namespace fairlead {

/// invalid 400, denied 403, not_found 404, conflict 409, exhausted 429, corrupt 500,
/// unsupported 501, unavailable 503, timed_out 504.
int http_status_of(ErrorCode code);

/// The nearest inverse for any status >= 400; 401 is kDenied, 410 is kConflict.
ErrorCode error_code_of(int http_status);

/// `{"error":{"code":"not_found","message":"…"}}` with the matching status. The message is cut at
/// limits::kErrorCharsMax bytes.
HttpReply http_error(const Error& error);

/// The same with a status that no ErrorCode has: 401, 405, 408, 413, 431.
HttpReply http_error(int status, std::string_view code, std::string_view message);

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

}  // namespace fairlead

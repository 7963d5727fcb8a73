#include "runtime/http_errors.h"

#include <cstddef>

#include "common/limits.h"

namespace fairlead {
namespace {

/// Length of the well-formed UTF-8 sequence at `text[at]`, 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  auto follows = [&](std::size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(at + 1, 0x80, 0xbf) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    // Overlong forms and surrogates are not characters.
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return follows(at + 1, low, high) && follows(at + 2, 0x80, 0xbf) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return follows(at + 1, low, high) && follows(at + 2, 0x80, 0xbf) && follows(at + 3, 0x80, 0xbf)
               ? 4
               : 0;
  }
  return 0;
}

void append_escaped(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (byte >= 0x20) {
    out += c;
    return;
  }
  out += "\\u00";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

}  // namespace

int http_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kExhausted:
      return 429;
    case ErrorCode::kCorrupt:
      return 500;
    case ErrorCode::kUnsupported:
      return 501;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kTimedOut:
      return 504;
  }
  unreachable("every ErrorCode has a status");
}

ErrorCode error_code_of(int http_status) {
  switch (http_status) {
    case 401:
    case 403:
      return ErrorCode::kDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
    case 410:
      return ErrorCode::kConflict;
    case 413:
    case 429:
    case 431:
      return ErrorCode::kExhausted;
    case 408:
    case 504:
      return ErrorCode::kTimedOut;
    case 500:
      return ErrorCode::kCorrupt;
    case 501:
      return ErrorCode::kUnsupported;
    default:
      return http_status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalid;
  }
}

HttpReply http_error(const Error& error) {
  return http_error(http_status_of(error.code), to_string(error.code), error.message);
}

HttpReply http_error(int status, std::string_view code, std::string_view message) {
  HttpReply reply;
  reply.status = status;
  reply.body = "{\"error\":{\"code\":" + json_quoted(code) +
               ",\"message\":" + json_quoted(message.substr(0, limits::kErrorCharsMax)) + "}}\n";
  if (status == 503) reply.headers["retry-after"] = "1";
  return reply;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      ++at;
    } else if (length == 1) {
      append_escaped(out, text[at++]);
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  return out + "\"";
}

}  // namespace fairlead

#include "runtime/adapters/http/request_text.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "common/limits.h"

namespace fairlead {
namespace {

Error refused(std::string text) {
  return Error{.code = ErrorCode::kInvalid,
               .message = "malformed HTTP request: " + std::move(text)};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 9110 token.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter_or_digit(c) || kMarks.find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Status check_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refused("no request line");
  if (!is_token(line.substr(0, first))) return refused("the method is not a token");
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.empty() || target.front() != '/' || target.find(' ') != std::string_view::npos) {
    return refused("the target must be a path that starts with '/'");
  }
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refused("expected HTTP/1.1");
  return {};
}

/// The headers on whose number or form the extent of the body and the caller depend.
struct FramingSeen {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  int authorizations = 0;
};

Status check_framing(std::string_view name, std::string_view value, FramingSeen& seen) {
  const std::string key = lower(name);
  if (key == "host" && ++seen.hosts > 1) return refused("more than one Host");
  if (key == "authorization" && ++seen.authorizations > 1) {
    return refused("more than one Authorization");
  }
  if (key == "content-length") {
    const bool digits =
        !value.empty() && value.size() <= 18 &&
        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (++seen.lengths > 1 || !digits) return refused("Content-Length must be one plain number");
  }
  if (key == "transfer-encoding" && (++seen.codings > 1 || lower(value) != "chunked")) {
    return refused("Transfer-Encoding must be exactly \"chunked\"");
  }
  return {};
}

Status check_header_line(std::string_view line, FramingSeen& seen) {
  if (line.front() == ' ' || line.front() == '\t')
    return refused("a header continues on the next line");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return refused("a header without ':'");
  if (!is_token(line.substr(0, colon)))
    return refused("a header name must be a token, directly before ':'");
  return check_framing(line.substr(0, colon), trimmed(line.substr(colon + 1)), seen);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> normalized_path(std::string_view decoded) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < decoded.size();) {
    std::size_t end = decoded.find('/', begin);
    if (end == std::string_view::npos) end = decoded.size();
    const std::string_view word = decoded.substr(begin, end - begin);
    if (word == "..") {
      if (words.empty()) return refused("the path leaves the root");
      words.pop_back();
    } else if (!word.empty() && word != ".") {
      words.push_back(word);
    }
    begin = end + 1;
  }
  std::string path;
  for (std::string_view word : words) {
    path += '/';
    path += word;
  }
  return path.empty() ? std::string("/") : path;
}

}  // namespace

Status check_request_head(std::string_view head) {
  FramingSeen seen;
  std::size_t number = 0;
  bool ended = false;
  bool is_1_0 = false;
  for (std::size_t begin = 0; begin < head.size(); ++number) {
    if (ended) return refused("bytes after the empty line");
    const std::size_t end = head.find('\n', begin);
    if (end == std::string_view::npos || end == begin || head[end - 1] != '\r') {
      return refused("every line must end in CR LF");
    }
    const std::string_view line = head.substr(begin, end - 1 - begin);
    begin = end + 1;
    if (std::any_of(line.begin(), line.end(), is_control)) return refused("a control byte");
    if (number == 0) {
      if (Status good = check_request_line(line); !good) return good;
      is_1_0 = line.substr(line.size() - 3) == "1.0";
    } else if (line.empty()) {
      ended = true;
    } else {
      if (number > limits::kHttpHeadersMax) {
        return Error{
            .code = ErrorCode::kExhausted,
            .message = "more than " + std::to_string(limits::kHttpHeadersMax) + " headers"};
      }
      if (Status good = check_header_line(line, seen); !good) return good;
    }
  }
  if (!ended) return refused("the head does not end");
  if (seen.lengths > 0 && seen.codings > 0)
    return refused("both Content-Length and Transfer-Encoding");
  if (is_1_0 && seen.codings > 0) return refused("Transfer-Encoding in HTTP/1.0");
  if (!is_1_0 && seen.hosts == 0) return refused("no Host");
  return {};
}

Result<std::string> decode_percent(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_space) c = ' ';
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return refused("'%' needs two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return refused("NUL in the target");
    out += c;
  }
  return out;
}

std::string encode_percent(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_letter_or_digit(c) || c == '.' || c == '_' || c == '~' || c == '-') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

Result<RequestTarget> parse_request_target(std::string_view target) {
  if (target.find('#') != std::string_view::npos) return refused("a fragment in the target");
  const std::size_t question = target.find('?');
  Result<std::string> decoded = decode_percent(target.substr(0, question), false);
  if (!decoded) return decoded.error();
  if (std::any_of(decoded->begin(), decoded->end(), is_control)) {
    return refused("a control byte in the path");
  }
  Result<std::string> path = normalized_path(*decoded);
  if (!path) return path.error();
  RequestTarget out{.path = std::move(*path), .query = {}};
  if (question == std::string_view::npos) return out;
  const std::string_view query = target.substr(question + 1);
  for (std::size_t begin = 0; begin < query.size();) {
    std::size_t end = query.find('&', begin);
    if (end == std::string_view::npos) end = query.size();
    const std::string_view pair = query.substr(begin, end - begin);
    begin = end + 1;
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    Result<std::string> name = decode_percent(pair.substr(0, equals), true);
    Result<std::string> value =
        decode_percent(equals < pair.size() ? pair.substr(equals + 1) : std::string_view(), true);
    if (!name) return name.error();
    if (!value) return value.error();
    out.query[*name] = *value;
  }
  return out;
}

}  // namespace fairlead

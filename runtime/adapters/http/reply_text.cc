#include "runtime/adapters/http/reply_text.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace fairlead {
namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
  for (char c : name) out += (c > 0x20 && c < 0x7f && c != ':') ? c : '_';
  out += ": ";
  for (char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out += (byte < 0x20 || byte == 0x7f) ? ' ' : c;
  }
  out += "\r\n";
}

bool is_framing(std::string_view name) {
  return name == "content-length" || name == "transfer-encoding" || name == "connection" ||
         name == "content-type";
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

std::string reply_head(const HttpReply& reply, ReplyFrame frame) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  out += reason_phrase(reply.status);
  out += "\r\n";
  const bool has_body = reply.status != 204 && reply.status != 304;
  if (has_body) append_header(out, "content-type", reply.content_type);
  switch (frame.body) {
    case BodyFraming::kLength:
      if (has_body) append_header(out, "content-length", std::to_string(reply.body.size()));
      break;
    case BodyFraming::kChunked:
      append_header(out, "transfer-encoding", "chunked");
      break;
    case BodyFraming::kUntilEnd:
      break;
  }
  append_header(out, "connection", frame.keep_alive ? "keep-alive" : "close");
  append_header(out, "x-content-type-options", "nosniff");
  for (const auto& [name, value] : reply.headers) {
    if (!is_framing(name)) append_header(out, name, value);
  }
  return out + "\r\n";
}

std::string chunk_text(std::string_view payload) {
  std::array<char, 20> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), payload.size(), 16);
  std::string out(hex.data(), end.ptr);
  out += "\r\n";
  out += payload;
  out += "\r\n";
  return out;
}

}  // namespace fairlead

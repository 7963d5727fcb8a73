#include "runtime/standby_http.h"

#include <string_view>
#include <utility>

#include "runtime/http_errors.h"

namespace fairlead {
namespace {

/// For a path, or for one name or value of a query.
std::string escaped(std::string_view text, std::string_view kept) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 kept.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string target_of(const HttpRequest& request) {
  std::string target = escaped(request.path, "-._~/");
  char before = '?';
  for (const auto& [name, value] : request.query) {
    target += before + escaped(name, "-._~") + "=" + escaped(value, "-._~");
    before = '&';
  }
  return target;
}

HttpReply ready(const Standby& standby) {
  return {.status = standby.is_caught_up ? 200 : 503,
          .body = standby.is_caught_up ? "ok: standby\n" : "standby, not caught up\n",
          .content_type = "text/plain"};
}

}  // namespace

HttpReply standby_reply(const HttpRequest& request, const Standby& standby,
                        const StandbySelf& self) {
  if (request.path == "/livez") return {.body = "ok\n", .content_type = "text/plain"};
  if (request.path == "/readyz") return ready(standby);
  if (request.path == "/leader") {
    return http_error({ErrorCode::kUnavailable, "this " + self.what + " is a standby"});
  }
  // What the record says may be our own last life.
  if (standby.leader.http.empty() || standby.leader.http == self.own_http) {
    return http_error({ErrorCode::kUnavailable, "no leader at the moment; try again"});
  }
  HttpReply reply =
      http_error(307, "unavailable",
                 "this " + self.what + " is a standby; the leader is at " + standby.leader.http);
  reply.headers["location"] = standby.leader.http + target_of(request);
  return reply;
}

}  // namespace fairlead

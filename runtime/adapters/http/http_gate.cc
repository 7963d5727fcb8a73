#include "runtime/adapters/http/http_gate.h"

#include <algorithm>
#include <string_view>

#include "runtime/http_errors.h"

namespace fairlead {
namespace {

std::string_view header(const HttpRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

/// "127.0.0.1:5050" -> "127.0.0.1", "[::1]:5050" -> "[::1]".
std::string_view without_port(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t end = authority.find(']');
    return end == std::string_view::npos ? authority : authority.substr(0, end + 1);
  }
  return authority.substr(0, authority.find(':'));
}

bool is_local_name(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  if (host.substr(0, 4) != "127.") return false;
  // Digits and dots only: "127.evil.example" is a name that anybody can register.
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_local_origin(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && is_local_name(without_port(origin.substr(scheme + 3)));
}

HttpReply unauthorized(std::string_view message) {
  HttpReply reply = http_error(401, "denied", message);
  reply.headers["www-authenticate"] = "Bearer";
  return reply;
}

}  // namespace

std::optional<HttpReply> HttpGate::admit_anonymous(HttpRequest& request) const {
  request.principal = Principal{"anonymous"};
  if (!options_.require_local_host) return std::nullopt;
  const std::string_view host = header(request, "host");
  const std::string_view origin = header(request, "origin");
  // HTTP/1.0 clients may send no Host; browsers always do.
  const bool good_host = host.empty() || is_local_name(without_port(host));
  if (good_host && (origin.empty() || is_local_origin(origin))) return std::nullopt;
  return http_error(403, "denied",
                    "without a token file only requests to this machine's own address are served; "
                    "hint: use 127.0.0.1 or configure tokens");
}

std::optional<HttpReply> HttpGate::admit(HttpRequest& request) {
  const std::string_view authorization = header(request, "authorization");
  if (!options_.tokens) {
    if (!authorization.empty())
      return unauthorized("a token was sent but no token file is configured");
    return admit_anonymous(request);
  }
  if (authorization.empty()) {
    const auto& open = options_.public_paths;
    if (std::find(open.begin(), open.end(), request.path) != open.end()) return std::nullopt;
    return unauthorized("no bearer token was sent; hint: Authorization: Bearer <token>");
  }
  constexpr std::string_view kScheme = "bearer ";
  std::string scheme(authorization.substr(0, kScheme.size()));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  std::optional<Principal> owner;
  if (scheme == kScheme) {
    owner = options_.tokens->find(authorization.substr(kScheme.size()), options_.on_warning);
  }
  if (!owner) return unauthorized("the bearer token is not known");
  // Handlers and their logs have no use for the secret.
  request.headers.erase("authorization");
  request.principal = std::move(*owner);
  return std::nullopt;
}

}  // namespace fairlead

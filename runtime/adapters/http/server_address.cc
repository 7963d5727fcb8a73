#include "runtime/adapters/http/server_address.h"

#include <algorithm>

namespace fairlead {
namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string ServerAddress::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + port;
}

std::string ServerAddress::url() const {
  return (is_tls ? "https://" : "http://") + authority();
}

Result<ServerAddress> parse_server_address(std::string_view text) {
  std::string_view rest = text;
  ServerAddress out;
  out.is_tls = take_prefix(rest, "https://");
  if (!out.is_tls) take_prefix(rest, "http://");
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos) {
    out.port = std::string(rest.substr(colon + 1));
    out.host = std::string(rest.substr(0, colon));
  }
  if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
  } else if (out.host.find(':') != std::string::npos) {
    out.host.clear();
  }
  const bool digits =
      !out.port.empty() && out.port.size() <= 5 &&
      std::all_of(out.port.begin(), out.port.end(), [](char c) { return c >= '0' && c <= '9'; });
  // Nothing that could end a header line may come through here.
  const bool plain = std::all_of(out.host.begin(), out.host.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '/' && c != '@';
  });
  if (!digits || out.host.empty() || !plain || std::stoi(out.port) < 1 ||
      std::stoi(out.port) > 65535) {
    return invalid({.what = "address",
                    .expected = "host:port, http://host:port or https://host:port",
                    .got = std::string(text)});
  }
  return out;
}

}  // namespace fairlead

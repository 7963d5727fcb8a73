#include "runtime/adapters/zmq/endpoint.h"

#include <arpa/inet.h>

#include <charconv>

namespace fairlead {
namespace {

Error not_an_endpoint(std::string_view text) {
  return invalid({.what = "endpoint",
                  .expected = "tcp://<address>:<port>",
                  .got = std::string(text.substr(0, 100)),
                  .hint = "for example tcp://127.0.0.1:5050, or port 0 for any free one"});
}

}  // namespace

bool Endpoint::is_loopback() const {
  if (is_ipv6) {
    in6_addr address{};
    return ::inet_pton(AF_INET6, host.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
  }
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) {
    return (ntohl(address.s_addr) >> 24) == 127;
  }
  return host == "localhost";
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  constexpr std::string_view kScheme = "tcp://";
  if (!text.starts_with(kScheme)) return not_an_endpoint(text);
  std::string_view rest = text.substr(kScheme.size());
  std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return not_an_endpoint(text);
  std::string_view host = rest.substr(0, colon);
  std::string_view port = rest.substr(colon + 1);

  Endpoint endpoint;
  auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (code != std::errc() || end != port.data() + port.size()) return not_an_endpoint(text);
  if (host.starts_with('[') && host.ends_with(']')) {
    endpoint.is_ipv6 = true;
    host = host.substr(1, host.size() - 2);
  }
  bool has_colon = host.find(':') != std::string_view::npos;
  if (host.empty() || has_colon != endpoint.is_ipv6) return not_an_endpoint(text);
  endpoint.host = std::string(host);
  return endpoint;
}

Result<Endpoint> check_exposure(std::string_view text, const Exposure& exposure) {
  Result<Endpoint> endpoint = parse_endpoint(text);
  if (!endpoint.ok() || endpoint->is_loopback() || exposure.has_keys || exposure.insecure) {
    return endpoint;
  }
  return Error{.code = ErrorCode::kDenied,
               .message = to_string(Complaint{
                   .what = "endpoint without keys",
                   .expected = "a loopback address, as tcp://127.0.0.1:5050",
                   .got = std::string(text),
                   .hint = "make keys and give their files, or say --insecure: whoever reaches "
                           "this address then commands the cluster"})};
}

}  // namespace fairlead

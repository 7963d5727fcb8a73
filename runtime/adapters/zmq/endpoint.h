// Addresses of transport ends, and the rule that nothing leaves the machine without keys. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead {

/// "tcp://host:port" taken apart.
struct Endpoint {
  std::string host;  ///< an address, a name, or "*"; an IPv6 address without its brackets
  std::uint16_t port = 0;
  bool is_ipv6 = false;

  /// 127.0.0.0/8, ::1 or "localhost".
  bool is_loopback() const;
};

/// Accepts tcp://<host>:<port 0..65535>, IPv6 addresses in brackets.
Result<Endpoint> parse_endpoint(std::string_view text);

struct Exposure {
  bool has_keys = false;  ///< CURVE is on
  bool insecure = false;  ///< the operator said --insecure
};

/// kDenied when `text` leaves the machine without keys and without `insecure`; kInvalid when it is
/// no endpoint.
Result<Endpoint> check_exposure(std::string_view text, const Exposure& exposure);

}  // namespace fairlead

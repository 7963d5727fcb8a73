// Where an HTTP server is, as people write it. A value; pure.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead {

struct ServerAddress {
  bool is_tls = false;
  std::string host;  ///< a name or an address, IPv6 without brackets
  std::string port;  ///< 1..65535

  /// "host:port", "[v6]:port".
  std::string authority() const;
  /// With http:// or https://, for messages.
  std::string url() const;
};

/// Reads "host:port", "[v6]:port", "http://host:port" and "https://host:port", with an optional
/// "/" at the end.
Result<ServerAddress> parse_server_address(std::string_view text);

}  // namespace fairlead

// The rules for what may be seen on a network: HTTP leaves the machine only with tokens and TLS,
// and a token only over TLS, unless the operator says --insecure. Pure.
#pragma once

#include <string>

#include "common/result.h"

namespace fairlead {

/// 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104 in numbers; false for every name.
bool is_loopback_address(const std::string& numeric);
/// 0.0.0.0 or ::, every address of the machine.
bool is_wildcard_address(const std::string& numeric);

struct ServingExposure {
  std::string host;  ///< numeric
  bool has_tokens = false;
  bool has_tls = false;
  bool insecure = false;  ///< the operator said --insecure
};
/// What to warn of: empty when all is well. kDenied when it must not be served at all; kInvalid
/// when `host` is no numeric address.
Result<std::string> check_serving(const ServingExposure& exposure);

struct TokenExposure {
  std::string server;        ///< as the user wrote it, for the message
  std::string peer_address;  ///< numeric, of the connection itself: names can lie
  bool has_tls = false;
  bool insecure = false;
};
/// kDenied when a token would cross a network that anybody may read.
Status check_sending_token(const TokenExposure& exposure);

}  // namespace fairlead

// Decides at the door who is calling: bearer tokens, or anonymous callers of this machine. What a
// principal may do is for the handlers. Used by the HTTP thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/adapters/http/bearer_tokens.h"
#include "runtime/http.h"

namespace fairlead {

class HttpGate {
 public:
  struct Options {
    std::optional<BearerTokens> tokens;     ///< nullopt: everybody is "anonymous"
    bool require_local_host = false;        ///< see admit()
    std::vector<std::string> public_paths;  ///< served without a token, with an empty principal
    std::function<void(const std::string&)> on_warning;
  };

  explicit HttpGate(Options options) : options_(std::move(options)) {}

  /// Sets the principal, or returns the refusal: 401 for a missing or unknown token. Without
  /// tokens and with require_local_host a request whose Host or Origin is not this machine gets
  /// 403: a web page that the operator happens to visit must not reach the loopback port.
  std::optional<HttpReply> admit(HttpRequest& request);

 private:
  std::optional<HttpReply> admit_anonymous(HttpRequest& request) const;

  Options options_;
};

}  // namespace fairlead

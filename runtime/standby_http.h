// What a process that may lead answers over HTTP while it does not: that it lives, whether it could
// take over, and where the leader is. Pure.
#pragma once

#include <string>

#include "runtime/coordination.h"
#include "runtime/http.h"

namespace fairlead {

/// Who answers.
struct StandbySelf {
  std::string what;      ///< "master", "fairlead-batch"
  std::string own_http;  ///< "http://host:port"; it is never pointed at
};

/// /livez 200, /readyz 200 when caught up, /leader 503; for the rest 307 to the leader, or 503 with
/// Retry-After while nobody is known to lead.
HttpReply standby_reply(const HttpRequest& request, const Standby& standby,
                        const StandbySelf& self);

}  // namespace fairlead

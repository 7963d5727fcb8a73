// What a master answers over HTTP while it does not lead: that it lives, whether it could take
// over, and where the leader is. Pure.
#pragma once

#include "runtime/coordination.h"
#include "runtime/http.h"

namespace fairlead {

/// /livez 200, /readyz 200 when caught up, /metrics its own, /leader 503; for the rest 307 to the
/// leader, or 503 while nobody is known to lead. `own_http`: this master's address; it is never
/// pointed at.
HttpReply standby_reply(const HttpRequest& request, const Standby& standby,
                        const std::string& own_http);

}  // namespace fairlead

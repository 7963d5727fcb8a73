// Ends a session from outside, for who saw its owner die: the ephemeral nodes go at once instead of
// after the session's timeout. Never on suspicion: an owner that lives loses everything by it.
// Blocks; any thread.
#pragma once

#include "runtime/adapters/zookeeper/zookeeper_client.h"

namespace fairlead {

/// Takes `session` over from its owner and closes it. kUnavailable: no server answered within
/// `span_max`. Success too when there is no such session any more.
Status end_zookeeper_session(const ZookeeperAddress& address, const ZookeeperSession& session,
                             Duration span_max);

}  // namespace fairlead

// Who leads, for a command: asks ZooKeeper, makes sure that the master it names answers, and says
// since when there is none while it waits for one. Holds nothing; main thread only.
#pragma once

#include "cli/command.h"
#include "common/result.h"
#include "runtime/adapters/http/http_client.h"
#include "runtime/leader_record.h"

namespace fairlead::cli {

/// `http.address`: "zk://…"; the rest of it is for the call to the leader. Waits for half a minute,
/// which a takeover does not take. Errors of find_leader; kUnavailable: nobody leads; kConflict:
/// interrupted.
Result<LeaderRecord> wait_for_leader(const HttpClientOptions& http, const Terminal& terminal);

}  // namespace fairlead::cli

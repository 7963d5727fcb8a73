// What /epoch says: who leads and where to reach it. Public, so that agents, frameworks and the
// command line find the leader without credentials. It stays when the leader dies: whoever finds
// nobody there asks again. Pure.
#pragma once

#include <string>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace fairlead {

struct LeaderRecord {
  Epoch epoch;           ///< 0: nobody has led yet
  std::string endpoint;  ///< "tcp://…", for agents and frameworks
  std::string http;      ///< "http://host:port"

  friend bool operator==(const LeaderRecord&, const LeaderRecord&) = default;
};

/// Four lines of text, for people too. REQUIRES: no line break in the addresses.
Bytes encode_leader_record(const LeaderRecord& record);
/// kCorrupt: not a record. kUnsupported: of a newer version.
Result<LeaderRecord> decode_leader_record(BytesView bytes);

}  // namespace fairlead

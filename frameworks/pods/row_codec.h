// The pods framework's durable rows, bytes ⇄ values. Each begins with a format version; a newer
// one is kUnsupported, anything damaged is kCorrupt. Read by this framework only.
//   svc/<name>             the service: spec, generation, being removed or not
//   rep/<name>.<number>    one replica
//   next                   number of the next replica
#pragma once

#include <string>

#include "common/bytes.h"
#include "frameworks/pods/replica.h"

namespace fairlead::pods {

inline constexpr const char* kNextKey = "next";
inline constexpr const char* kServicePrefix = "svc/";
inline constexpr const char* kReplicaPrefix = "rep/";

/// What ties Instants of this life to wall time, which outlives it.
struct RowClock {
  Instant now;
  WallTime wall;
};

/// Everything of a service but its replicas.
Bytes encode_service(const Service& service);
Result<Service> decode_service(BytesView bytes);
Bytes encode_replica(const Replica& replica, const RowClock& clock);
/// `since` is never after `clock.now`, whatever wall time did meanwhile.
Result<Replica> decode_replica(BytesView bytes, const RowClock& clock);
Bytes encode_number(std::uint64_t number);
Result<std::uint64_t> decode_number(BytesView bytes);

}  // namespace fairlead::pods

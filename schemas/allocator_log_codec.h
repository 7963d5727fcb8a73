// One record of an allocator's log as bytes. Thread-safe: pure functions.
#pragma once

#include "common/allocator_log.h"
#include "schemas/codec.h"

namespace fairlead {

Bytes encode(const AllocatorLogRecord& record);
/// The same without a copy of the event.
Bytes encode_step(Instant at, const allocation::Event& event, std::uint32_t actions,
                  std::uint64_t hash);

/// The inverse. Errors: kUnsupported (written by a newer version), kExhausted (a bound), kCorrupt.
Result<AllocatorLogRecord> decode_allocator_log_record(BytesView bytes);

}  // namespace fairlead

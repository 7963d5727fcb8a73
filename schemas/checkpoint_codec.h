// An agent's durable records as rows of a store. Thread-safe: pure functions.
#pragma once

#include <string_view>

#include "common/records.h"
#include "schemas/codec.h"

namespace fairlead {

/// The key alone, for an erase: "identity", "task/<container id>".
std::string key_of(const CheckpointRecord& record);
EncodedRecord encode(const CheckpointRecord& record);

/// The inverse. Errors: kUnsupported (written by a newer version), kExhausted (a bound), kCorrupt
/// (damaged, or the bytes do not belong to `key`).
Result<CheckpointRecord> decode_checkpoint_record(std::string_view key, BytesView bytes);

}  // namespace fairlead

// The master's durable records as rows of a store. Thread-safe: pure functions.
#pragma once

#include <string_view>

#include "common/records.h"
#include "schemas/codec.h"

namespace fairlead {

/// The key alone, for an erase: "cluster", "agent/<id>", "framework/<id>", "weight/<role>",
/// "quota/<role>", …
std::string key_of(const RegistryRecord& record);
EncodedRecord encode(const RegistryRecord& record);

/// The inverse. Errors: kUnsupported (written by a newer version), kExhausted (a bound), kCorrupt
/// (damaged, or the bytes do not belong to `key`).
Result<RegistryRecord> decode_registry_record(std::string_view key, BytesView bytes);
/// The same for bytes that came without a key.
Result<RegistryRecord> decode_registry_message(BytesView bytes);

}  // namespace fairlead

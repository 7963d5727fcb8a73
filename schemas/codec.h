// What the envelope and record codecs have in common. Values in, bytes out and back; no Cap'n
// Proto type appears in this header or in the *_codec.h headers that include it.
// All functions are pure and thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/bytes.h"
#include "common/envelope.h"

namespace fairlead {

/// What a decoder left out of an envelope without refusing it.
struct DecodeStats {
  std::size_t skipped = 0;  ///< messages that only a newer version understands
};

/// A row of a store: see common/records.h for the keys.
struct EncodedRecord {
  std::string key;
  Bytes value;
  friend bool operator==(const EncodedRecord&, const EncodedRecord&) = default;
};

/// Reads the header of an envelope of any direction and any protocol version, for an answer to a
/// peer whose envelope was refused. kCorrupt if there is none. O(bytes), without the messages.
Result<EnvelopeHeader> peek_header(BytesView bytes);

}  // namespace fairlead

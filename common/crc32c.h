// CRC-32C (Castagnoli) for stored rows. Finds accidents, not attackers.
// Pure, thread-safe; one byte table lookup per byte in groups of eight, no special instructions.
#pragma once

#include <cstdint>

#include "common/bytes.h"

namespace fairlead {

/// CRC-32C of `bytes`. To go on over several runs, hand in the previous result as `before`:
/// crc32c(b, crc32c(a)) == crc32c(a followed by b). O(length).
std::uint32_t crc32c(BytesView bytes, std::uint32_t before = 0);

}  // namespace fairlead

// How much memory this process uses, for a watch that looks every second. Thread-safe.
#pragma once

#include <cstdint>

namespace fairlead {

/// Bytes that are in use: the resident size or what the C library has handed out, whichever is
/// less. The resident size alone stays high after a burst; the heap alone counts pages that nobody
/// touched. About 10 µs while the resident size is at most `enough_bytes`: then it alone is told.
/// 0 when the kernel does not say.
std::uint64_t memory_in_use_bytes(std::uint64_t enough_bytes);

}  // namespace fairlead

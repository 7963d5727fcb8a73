// Byte sizes and durations as people write them, to exact integers and back. What would have to be
// rounded is refused, never rounded. Pure; thread-safe; no locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

/// `64MiB`, `1.5GiB`, `10GB`, `512`: B, KB MB GB TB PB (powers of 1000), KiB MiB GiB TiB PiB (or Ki
/// Mi …; powers of 1024); a plain number is bytes. kInvalid: negative, not a whole number of
/// bytes, above 2^63-1.
Result<std::int64_t> parse_bytes(std::string_view text);

/// `5s`, `300ms`, `1.5h`, `1h30m`: ns us ms s m h d, larger units first; `0` needs no unit.
/// kInvalid: negative, no unit, not a whole number of nanoseconds, above 2^63-1 ns.
Result<Duration> parse_duration(std::string_view text);

/// A whole decimal number with an optional '-'. kInvalid: anything else, or outside 64 bits.
Result<std::int64_t> parse_integer(std::string_view text);

/// Shortest exact form: 67108864 -> "64MiB", 1000 -> "1000B". REQUIRES bytes >= 0.
std::string format_bytes(std::int64_t bytes);
/// Shortest exact form in one unit: 5 s -> "5s", 90 s -> "90s", 120 s -> "2m". REQUIRES d >= 0.
std::string format_duration(Duration d);

}  // namespace fairlead

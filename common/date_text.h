// A wall time as text and back, for people only. Pure; thread-safe; no locale.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

/// "2026-11-25 03:47:13Z": UTC, the same on every machine that looks. Whole seconds, rounded down.
std::string format_date(WallTime at);

/// RFC 3339: `2026-11-25T03:47:13Z`, `2026-11-25T04:47:13.5+01:00`, a space for the T; years 1970
/// to 9999, down to milliseconds. kInvalid: anything else, no zone, a day that there is not.
Result<WallTime> parse_date(std::string_view text);

}  // namespace fairlead

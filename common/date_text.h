// A wall time as text, for people only. Pure; thread-safe; no locale.
#pragma once

#include <string>

#include "common/time.h"

namespace fairlead {

/// "2026-11-25 03:47:13Z": UTC, the same on every machine that looks. Whole seconds, rounded down.
std::string format_date(WallTime at);

}  // namespace fairlead

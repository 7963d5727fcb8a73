// Telling processes apart: a pid with its start time.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "common/result.h"

namespace fairlead::shim {

/// Field 22 of /proc/<pid>/stat: clock ticks from boot to the start of the process. kNotFound: no
/// such process.
Result<std::uint64_t> start_ticks(pid_t pid);

}  // namespace fairlead::shim

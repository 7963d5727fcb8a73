// The file by which a program says that it serves, and where (--ready-file). Stateless.
#pragma once

#include <string>

#include "common/result.h"

namespace fairlead {

/// Writes `text` and a newline to `path`, aside first and then renamed: whoever waits for the file
/// never reads half of it. Does nothing when `path` is empty. kUnavailable names the flag.
Status write_ready_file(const std::string& path, const std::string& text);

}  // namespace fairlead

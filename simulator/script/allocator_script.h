// Runs an allocator script: commands, one a line, each followed by the full trace of what it
// caused. Text in, text out, no I/O. A script is its own expected output: what stands indented
// under a command is trace and is replaced. The language is described in README.md.
#pragma once

#include <string>
#include <string_view>

#include "common/pattern_matcher.h"

namespace fairlead {

/// Returns the script with every trace as it is now; comments, blank lines and commands stay as
/// they are. kInvalid with "line N: …" for the first command that cannot be read; nothing is run
/// past it.
Result<std::string> run_allocator_script(std::string_view script, const PatternMatcher& patterns);

}  // namespace fairlead

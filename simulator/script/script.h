// Runs a script: commands, one a line, each followed by the full trace of what it caused. Text in,
// text out, no I/O. A script is its own expected output: what stands indented under a command is
// trace and is replaced. What the commands mean is the world's business. Any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "simulator/script/script_line.h"

namespace fairlead {

/// Runs one command. Returns its trace; an Error when the command cannot be read.
using RunCommand = std::function<Result<std::vector<std::string>>(const ScriptLine&)>;

/// Returns the script with every trace as it is now; comments ('#'), blank lines and commands stay
/// as they are. kInvalid with "line N: …" for the first command that cannot be read; nothing is
/// run past it.
Result<std::string> run_script(std::string_view script, const RunCommand& run);

}  // namespace fairlead

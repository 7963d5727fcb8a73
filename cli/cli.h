// The whole command line as one function, so that tests run it without a process.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace fairlead::cli {

/// Reads the words after the program's name, runs the command and returns the exit code.
int run_cli(const std::vector<std::string>& words, Terminal& terminal);

}  // namespace fairlead::cli

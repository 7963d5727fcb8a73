// The end of every program's main(): log on, run, say what went wrong. Called once, by main().
#pragma once

#include <functional>
#include <string>

#include "common/result.h"

namespace fairlead {

struct ProgramOptions {
  std::string program;  ///< "fairlead-master"; begins what is said on stderr
  std::string log_dir;  ///< empty: the log goes to stderr
};

/// Starts the log, then `run`. The exit code: 0, or 1 after an error, which it says on stderr.
int run_program(const ProgramOptions& options, const std::function<Status()>& run);

}  // namespace fairlead

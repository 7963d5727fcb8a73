#include "runtime/adapters/process/run_program.h"

#include <cstdio>

#include "runtime/adapters/log/log.h"

namespace fairlead {

int run_program(const ProgramOptions& options, const std::function<Status()>& run) {
  Status ended = start_log({.program = options.program, .directory = options.log_dir});
  if (ended.ok()) ended = run();
  if (ended.ok()) return 0;
  std::fprintf(stderr, "%s: %s\n", options.program.c_str(), ended.error().message.c_str());
  return 1;
}

}  // namespace fairlead

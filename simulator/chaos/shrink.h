// Makes a failing run small: fewer kinds of faults, less time, fewer processes, as long as the same
// promise is broken. Runs worlds; otherwise pure. Any thread.
#pragma once

#include <functional>

#include "simulator/chaos/options.h"

namespace fairlead::chaos {

struct Shrunk {
  RunOptions options;
  RunReport report;
  std::size_t runs = 0;  ///< that it took
};

/// REQUIRES: `report` is what `run(options)` gave, with a violation. At most `runs_max` runs; what
/// is found by then is returned.
Shrunk shrink(const RunOptions& options, const RunReport& report, std::size_t runs_max,
              const std::function<RunReport(const RunOptions&)>& run);

}  // namespace fairlead::chaos

// Many seeds on several threads; their reports come in the order of the seeds, whichever is done
// first. A run that ends the process by a check says its command on stderr first. Installs a
// handler of SIGABRT: for the program, not for tests.
#pragma once

#include <cstdint>
#include <functional>

#include "simulator/chaos/options.h"

namespace fairlead::chaos {

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};

struct Batch {
  RunOptions run;  ///< its seed is replaced
  Seeds seeds;
  std::size_t jobs = 1;
  std::size_t failures_max = 20;  ///< no new run begins after as many violations; at least 1
};

/// `on_report` is called by one thread at a time, in the order of the seeds.
void run_batch(const Batch& batch, const std::function<void(const RunReport&)>& on_report);

}  // namespace fairlead::chaos

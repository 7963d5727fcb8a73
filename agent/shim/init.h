// The container's pid 1: builds the inside of the container, starts the task as its child, reaps,
// forwards the stop signal, tells the task's status and ends, upon which the kernel kills whatever
// else is in the pid namespace. Runs in the clone of the single-threaded shim.
#pragma once

#include <string>
#include <vector>

#include "agent/shim/spec_codec.h"
#include "agent/shim/user.h"
#include "isolators/apply/apply.h"

namespace fairlead::shim {

/// How the task ended, as it goes through the status pipe.
struct TaskEnd {
  std::int32_t code = 0;
  std::int32_t signal = 0;  ///< 0: it exited with `code`
};

/// Everything that pid 1 needs, prepared outside so that nothing there has to allocate or search.
struct InitTask {
  const LaunchDescription* launch = nullptr;
  const isolators::ContainerPlan* plan = nullptr;
  const isolators::Prepared* prepared = nullptr;
  const User* user = nullptr;  ///< nullptr: stay who we are
  int sandbox = -1;            ///< directory
  int output = -1;             ///< write end for stdout
  int errors = -1;             ///< write end for stderr
  int failure = -1;            ///< write end: text of what failed before exec; EOF when exec worked
  int status = -1;             ///< write end: TaskEnd
};

/// Never returns.
[[noreturn]] void run_init(const InitTask& task);

}  // namespace fairlead::shim

// The last steps between the container's init and the task's own program.
#pragma once

#include "agent/shim/spec_codec.h"
#include "agent/shim/user.h"

namespace fairlead::shim {

struct TaskStart {
  const LaunchDescription* launch = nullptr;
  const isolators::ContainerPlan* plan = nullptr;
  const User* user = nullptr;
  int sandbox = -1;
  int failure = -1;
};

/// Becomes the task: own session, limits, user, directory, then exec. On a failure says why through
/// `failure` and exits with 127. Never returns.
[[noreturn]] void run_task(const TaskStart& start);

/// Writes "<action> <object>: <error text><hint>" in one piece, which a pipe keeps whole.
void write_failure(int descriptor, const char* action, const char* object, int error_number,
                   const char* hint = "");

}  // namespace fairlead::shim

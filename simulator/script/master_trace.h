// One action of a master's core as one line of a trace. Pure; complete: what it leaves out does not
// differ between two runs of a script.
#pragma once

#include <string>

#include "common/master_events.h"

namespace fairlead {

std::string describe(const MasterAction& action);
/// "window w-1-1 of a1 a2 from …"
std::string describe(const WindowRecord& window);
/// "t1#1 on a1 TASK_RUNNING …"
std::string describe(const TaskStatus& status);

}  // namespace fairlead

// Pids: how many processes and threads a container may have. Pure.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// `spec.pids_max` processes and threads of the task's own, its first process among them; 0:
/// counted, not limited. The container's init is not the task's: the cgroup's limit is higher by
/// it, and usage lower. kInvalid above limits::kPidsMax; kUnsupported when the host cannot limit.
Status plan_pids(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

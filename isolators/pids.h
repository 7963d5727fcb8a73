// Pids: how many processes and threads a container may have. Pure.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// 0: counted, not limited. The container's own init is not charged to the task.
Status plan_pids(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

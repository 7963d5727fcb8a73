// CPU: shares for what is guaranteed, a CFS quota over 100 ms for what is the most. Pure.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// Guarantee and limit in thousandths of a CPU. kUnsupported: a limit without the controller.
Status plan_cpu(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

// Memory: one limit for memory and swap together, the peak, and the proof of an OOM kill. Pure.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// 0 KiB: accounted, not limited. kUnsupported: a limit without the controller.
Status plan_memory(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

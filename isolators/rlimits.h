// Resource limits per process. Pure: names are checked here and become numbers in apply.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// kInvalid: an unknown name, a repeated one, or a soft limit above the hard one.
Status plan_rlimits(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

// Freezer: how all processes of a container are killed at once: by cgroup.kill of the v2 tree, or
// where there is none by freezing a v1 cgroup. Pure.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// Never fails today; without either tree the pid namespace's init is what is killed.
Status plan_freezer(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

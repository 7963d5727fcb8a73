// Namespaces: own pids, mounts, ipc and host name. Pure.
#pragma once

#include "isolators/isolator.h"

namespace fairlead::isolators {

/// kInvalid: a host name longer than 63 characters or with others than [A-Za-z0-9.-].
Status plan_namespaces(const ContainerSpec& spec, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

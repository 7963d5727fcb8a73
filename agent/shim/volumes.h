// The persistent volumes of a container: folders of the agent that become parts of the sandbox, as
// bind mounts which only the container sees. Nothing on the way to a mount point is followed that
// could lead out of the sandbox. Single-threaded.
#pragma once

#include <optional>

#include "agent/shim/user.h"
#include "common/container.h"
#include "isolators/apply/descriptor.h"

namespace fairlead::shim {

/// Outside, before there is a container: the folders exist and belong to the task's user; what lies
/// in them stays as it is.
Status hand_over_volumes(const ContainerSpec& spec, const std::optional<User>& user);

/// Inside the container's own mount namespace: makes the mount points and mounts every volume.
/// Returns the sandbox as that namespace has it; one that was opened outside shows no mounts.
/// REQUIRES that no process of the task has run. `user`: null: stays who we are.
Result<Descriptor> mount_volumes(const ContainerSpec& spec, const User* user);

}  // namespace fairlead::shim

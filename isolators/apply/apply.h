// Carries out a container's plan on this machine, and takes it back. Blocking system calls of
// microseconds; the caller is the shim, or the agent for what a dead shim left behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isolators/apply/descriptor.h"
#include "isolators/plan.h"

namespace fairlead::isolators {

inline constexpr std::int64_t kDestroyMsMax = 5'000;

/// What the container's first process needs from outside. All close-on-exec.
struct Prepared {
  std::vector<Descriptor> joins;  ///< write "0" into each
  Descriptor born;                ///< v2 directory for CLONE_INTO_CGROUP; not open: none
};

/// Makes cgroups, writes limits, opens what the first process will join. On an error everything
/// that was made is removed again, in reverse order.
Result<Prepared> apply(const ContainerPlan& plan);

/// Orders SIGKILL for every process inside; does not wait. Nothing inside is not an error.
void kill_inside(const ContainerPlan& plan);

/// Kills what is inside and removes the container's cgroups, also nested ones that the task made.
/// Waits at most `wait_ms_max`. kTimedOut: something is still inside, and where. Gone already is
/// success, and costs one failing rmdir per cgroup.
Status destroy(const ContainerPlan& plan, std::int64_t wait_ms_max = kDestroyMsMax);

/// Ids that have a cgroup below `parent` on this host, sorted, each once.
std::vector<ContainerId> list_containers(const HostFacts& host, std::string_view parent);

/// Removes the shared directories `<mount>/<parent>` and the empty ones above them. What still
/// holds a container stays.
void remove_parents(const HostFacts& host, std::string_view parent);

/// Numbers that cannot be read are 0: a statistic never fails a task.
ResourceUsage read_usage(const ContainerPlan& plan);
/// How many processes the kernel killed inside for lack of memory. REQUIRES: before destroy.
std::int64_t oom_count(const ContainerPlan& plan);

}  // namespace fairlead::isolators

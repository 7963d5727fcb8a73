#include "isolators/pids.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead::isolators {

Status plan_pids(const ContainerSpec& spec, const Place& place, ContainerPlan& plan) {
  if (spec.pids_max < 0 || spec.pids_max > limits::kPidsMax) {
    return invalid({.what = "container pids",
                    .expected = "0.." + std::to_string(limits::kPidsMax),
                    .got = std::to_string(spec.pids_max)});
  }
  const HostFacts& host = place.host;
  const std::string& mount = place.is_v2() ? host.unified_mount : host.pids_mount;
  if (mount.empty()) {
    if (spec.pids_max == 0) return {};
    return Error{ErrorCode::kUnsupported,
                 "container pids: this host has no pids cgroup; hint: mount the pids controller"};
  }
  if (!place.is_v2()) add_v1_cgroup(mount, place, plan);
  const std::string dir = place.in(mount);
  if (spec.pids_max > 0) {
    // The kernel takes no more than its own bound, which no machine can exceed anyway.
    const std::int64_t most = std::min(spec.pids_max + kInitPids, limits::kPidsMax);
    plan.steps.push_back(WriteFile{dir + "/pids.max", std::to_string(most)});
  }
  plan.usage.push_back({UsageField::kPids, {dir + "/pids.current", ""}, 1, kInitPids});
  return {};
}

}  // namespace fairlead::isolators

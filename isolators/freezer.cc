#include "isolators/freezer.h"

namespace fairlead::isolators {

Status plan_freezer(const ContainerSpec&, const Place& place, ContainerPlan& plan) {
  const HostFacts& host = place.host;
  if (!host.unified_mount.empty()) {
    plan.kill_cgroup = place.in(host.unified_mount);
    plan.steps.push_back(BornInCgroup{plan.kill_cgroup});
  } else if (!host.freezer_mount.empty()) {
    plan.freezer_cgroup = place.in(host.freezer_mount);
    add_v1_cgroup(host.freezer_mount, place, plan);
  }
  return {};
}

}  // namespace fairlead::isolators

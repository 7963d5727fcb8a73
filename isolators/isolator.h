// What isolators share: each appends its part to a plan. One isolator, one file. Pure.
#pragma once

#include "isolators/plan.h"

namespace fairlead::isolators {

/// Where a container's cgroups are. `leaf` is "<parent>/<id>".
struct Place {
  const HostFacts& host;
  std::string leaf;

  bool is_v2() const { return host.layout == CgroupLayout::kV2; }
  std::string in(const std::string& mount) const { return mount + "/" + leaf; }
};

/// The container's first process takes one pid and one task for itself.
inline constexpr std::int64_t kInitPids = 1;

/// Appends `MakeCgroup` and `JoinCgroup` of the tree at `mount`, once per mount.
void add_v1_cgroup(const std::string& mount, const Place& place, ContainerPlan& plan);

}  // namespace fairlead::isolators

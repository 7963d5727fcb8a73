#include "isolators/memory.h"

namespace fairlead::isolators {
namespace {

constexpr std::int64_t kMemoryKibMax = std::int64_t{1} << 42;  // 4 EiB

void plan_v2(std::int64_t bytes, const Place& place, ContainerPlan& plan) {
  const std::string dir = place.in(place.host.unified_mount);
  if (bytes > 0) {
    plan.steps.push_back(WriteFile{dir + "/memory.max", std::to_string(bytes)});
    if (place.host.has_memsw) plan.steps.push_back(WriteFile{dir + "/memory.swap.max", "0"});
  }
  plan.usage.push_back({UsageField::kMemory, {dir + "/memory.current", ""}});
  plan.usage.push_back({UsageField::kMemoryPeak, {dir + "/memory.peak", ""}});
  plan.oom_proof.push_back({dir + "/memory.events", "oom_kill"});
}

void plan_v1(std::int64_t bytes, const Place& place, ContainerPlan& plan) {
  const std::string dir = place.in(place.host.memory_mount);
  add_v1_cgroup(place.host.memory_mount, place, plan);
  if (bytes > 0) {
    plan.steps.push_back(WriteFile{dir + "/memory.limit_in_bytes", std::to_string(bytes)});
    // Memory and swap together; the kernel wants it not below the limit, hence second.
    if (place.host.has_memsw) {
      plan.steps.push_back(WriteFile{dir + "/memory.memsw.limit_in_bytes", std::to_string(bytes)});
    }
  }
  plan.usage.push_back({UsageField::kMemory, {dir + "/memory.usage_in_bytes", ""}});
  plan.usage.push_back({UsageField::kMemoryPeak, {dir + "/memory.max_usage_in_bytes", ""}});
  // The eventfd also fires when the cgroup is removed, and failcnt stays 0: only this counter
  // tells.
  plan.oom_proof.push_back({dir + "/memory.oom_control", "oom_kill"});
}

}  // namespace

Status plan_memory(const ContainerSpec& spec, const Place& place, ContainerPlan& plan) {
  const std::int64_t kib = spec.memory_limit_kib;
  if (kib < 0 || kib > kMemoryKibMax) {
    return invalid({.what = "container memory limit",
                    .expected = "0.." + std::to_string(kMemoryKibMax) + " KiB",
                    .got = std::to_string(kib)});
  }
  if (place.is_v2()) {
    plan_v2(kib * 1'024, place, plan);
  } else if (!place.host.memory_mount.empty()) {
    plan_v1(kib * 1'024, place, plan);
  } else if (kib > 0) {
    return Error{ErrorCode::kUnsupported,
                 "container memory limit: this host has no memory cgroup; hint: mount the memory "
                 "controller or launch without a memory limit"};
  }
  return {};
}

}  // namespace fairlead::isolators

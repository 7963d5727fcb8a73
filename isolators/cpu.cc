#include "isolators/cpu.h"

#include <algorithm>

namespace fairlead::isolators {
namespace {

constexpr std::int64_t kPeriodUs = 100'000;
constexpr std::int64_t kQuotaUsMin = 1'000;  // the kernel refuses less
constexpr std::int64_t kSharesPerCpu = 1'024;
constexpr std::int64_t kSharesMin = 2;
constexpr std::int64_t kSharesMax = 262'144;
constexpr std::int64_t kMilliMax = std::int64_t{1} << 30;  // a million CPUs

std::int64_t shares_of(std::int64_t cpu_milli) {
  return std::clamp(cpu_milli * kSharesPerCpu / 1'000, kSharesMin, kSharesMax);
}

/// The mapping of 2..262144 to 1..10000 that Linux container runtimes agree on.
std::int64_t weight_of(std::int64_t shares) {
  return 1 + (shares - kSharesMin) * 9'999 / (kSharesMax - kSharesMin);
}

std::int64_t quota_us_of(std::int64_t limit_milli) {
  return std::max(limit_milli * (kPeriodUs / 1'000), kQuotaUsMin);
}

Status check_amount(std::int64_t milli, std::int64_t least, const char* what) {
  if (milli >= least && milli <= kMilliMax) return {};
  return invalid({.what = what,
                  .expected = "thousandths of a CPU, " + std::to_string(least) + ".." +
                              std::to_string(kMilliMax),
                  .got = std::to_string(milli)});
}

void plan_v2(const ContainerSpec& spec, const Place& place, ContainerPlan& plan) {
  const std::string dir = place.in(place.host.unified_mount);
  plan.steps.push_back(
      WriteFile{dir + "/cpu.weight", std::to_string(weight_of(shares_of(spec.cpu_milli)))});
  if (spec.cpu_limit_milli) {
    plan.steps.push_back(WriteFile{
        dir + "/cpu.max",
        std::to_string(quota_us_of(*spec.cpu_limit_milli)) + " " + std::to_string(kPeriodUs)});
  }
  plan.usage.push_back({UsageField::kThrottled, {dir + "/cpu.stat", "throttled_usec"}, 1'000});
}

void plan_v1(const ContainerSpec& spec, const Place& place, ContainerPlan& plan) {
  const std::string dir = place.in(place.host.cpu_mount);
  add_v1_cgroup(place.host.cpu_mount, place, plan);
  plan.steps.push_back(WriteFile{dir + "/cpu.shares", std::to_string(shares_of(spec.cpu_milli))});
  if (spec.cpu_limit_milli) {
    plan.steps.push_back(WriteFile{dir + "/cpu.cfs_period_us", std::to_string(kPeriodUs)});
    plan.steps.push_back(
        WriteFile{dir + "/cpu.cfs_quota_us", std::to_string(quota_us_of(*spec.cpu_limit_milli))});
  }
  plan.usage.push_back({UsageField::kThrottled, {dir + "/cpu.stat", "throttled_time"}, 1});
}

/// The v2 tree accounts CPU time even without the controller, so v1 needs cpuacct only alone.
void plan_accounting(const Place& place, ContainerPlan& plan) {
  const HostFacts& host = place.host;
  if (!host.unified_mount.empty()) {
    plan.usage.push_back(
        {UsageField::kCpu, {place.in(host.unified_mount) + "/cpu.stat", "usage_usec"}, 1'000});
  } else if (!host.cpuacct_mount.empty()) {
    add_v1_cgroup(host.cpuacct_mount, place, plan);
    plan.usage.push_back(
        {UsageField::kCpu, {place.in(host.cpuacct_mount) + "/cpuacct.usage", ""}, 1});
  }
}

}  // namespace

Status plan_cpu(const ContainerSpec& spec, const Place& place, ContainerPlan& plan) {
  if (Status ok = check_amount(spec.cpu_milli, 0, "container cpus"); !ok) return ok;
  if (spec.cpu_limit_milli) {
    if (Status ok = check_amount(*spec.cpu_limit_milli, 1, "container cpu limit"); !ok) return ok;
  }
  if (place.is_v2()) {
    plan_v2(spec, place, plan);
  } else if (!place.host.cpu_mount.empty()) {
    plan_v1(spec, place, plan);
  } else if (spec.cpu_limit_milli) {
    return Error{ErrorCode::kUnsupported,
                 "container cpu limit: this host has no cpu cgroup; hint: mount the cpu controller "
                 "or launch without a cpu limit"};
  }
  plan_accounting(place, plan);
  return {};
}

}  // namespace fairlead::isolators

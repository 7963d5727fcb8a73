// The text form of a plan, one line per part.
#include "isolators/plan.h"

namespace fairlead::isolators {
namespace {

struct Describe {
  std::string operator()(const EnsureDirectory& s) const { return "ensure " + s.path; }
  std::string operator()(const MakeCgroup& s) const { return "cgroup " + s.path; }
  std::string operator()(const WriteFile& s) const { return "write " + s.path + " = " + s.content; }
  std::string operator()(const JoinCgroup& s) const { return "join " + s.path; }
  std::string operator()(const BornInCgroup& s) const { return "born " + s.path; }
  std::string operator()(const Namespaces& s) const {
    return std::string("namespaces") + (s.pid ? " pid" : "") + (s.mount ? " mount" : "") +
           (s.ipc ? " ipc" : "") + (s.uts ? " uts" : "") +
           (s.hostname.empty() ? "" : " hostname=" + s.hostname);
  }
  std::string operator()(const SetRlimit& s) const {
    return "rlimit " + s.limit.name + " " + std::to_string(s.limit.soft) + ":" +
           std::to_string(s.limit.hard);
  }
};

const char* name_of(UsageField field) {
  switch (field) {
    case UsageField::kCpu:
      return "cpu_ns";
    case UsageField::kMemory:
      return "memory_bytes";
    case UsageField::kMemoryPeak:
      return "memory_peak_bytes";
    case UsageField::kPids:
      return "pids";
    case UsageField::kThrottled:
      return "throttled_ns";
  }
  return "?";
}

std::string describe(const NumberInFile& number) {
  return number.path + (number.key.empty() ? "" : ":" + number.key);
}

}  // namespace

std::string to_string(const ContainerPlan& plan) {
  std::string out;
  for (const Step& step : plan.steps) out += std::visit(Describe{}, step) + "\n";
  for (const UsageSource& source : plan.usage) {
    out += std::string("usage ") + name_of(source.field) + " " + describe(source.number);
    if (source.factor != 1) out += " * " + std::to_string(source.factor);
    if (source.less != 0) out += " - " + std::to_string(source.less);
    out += "\n";
  }
  for (const NumberInFile& proof : plan.oom_proof) out += "oom " + describe(proof) + "\n";
  if (!plan.kill_cgroup.empty()) out += "kill " + plan.kill_cgroup + "/cgroup.kill\n";
  if (!plan.freezer_cgroup.empty()) out += "kill-frozen " + plan.freezer_cgroup + "\n";
  return out;
}

}  // namespace fairlead::isolators

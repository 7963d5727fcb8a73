// Reading numbers out of cgroup files.
#include <algorithm>
#include <charconv>

#include "isolators/apply/apply.h"

namespace fairlead::isolators {
namespace {

std::int64_t parse_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t read_number(const NumberInFile& source) {
  Result<std::string> text = read_file(source.path, 4096);
  if (!text) return 0;
  std::string_view rest = *text;
  if (source.key.empty()) return parse_number(rest);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (line.size() > source.key.size() && line.starts_with(source.key) &&
        line[source.key.size()] == ' ') {
      return parse_number(line.substr(source.key.size() + 1));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}

std::int64_t& slot(ResourceUsage& usage, UsageField field) {
  switch (field) {
    case UsageField::kCpu:
      return usage.cpu_ns;
    case UsageField::kMemory:
      return usage.memory_bytes;
    case UsageField::kMemoryPeak:
      return usage.memory_peak_bytes;
    case UsageField::kPids:
      return usage.pids;
    case UsageField::kThrottled:
      return usage.throttled_ns;
  }
  return usage.cpu_ns;
}

}  // namespace

ResourceUsage read_usage(const ContainerPlan& plan) {
  ResourceUsage usage;
  for (const UsageSource& source : plan.usage) {
    const std::int64_t number = read_number(source.number) * source.factor - source.less;
    slot(usage, source.field) = std::max<std::int64_t>(number, 0);
  }
  return usage;
}

std::int64_t oom_count(const ContainerPlan& plan) {
  std::int64_t count = 0;
  for (const NumberInFile& proof : plan.oom_proof) count += read_number(proof);
  return count;
}

}  // namespace fairlead::isolators

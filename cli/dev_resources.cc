#include "cli/dev_resources.h"

#include <cstddef>
#include <iterator>

namespace fairlead::cli {
namespace {

constexpr std::int64_t kPortsFirst = 31'000;
constexpr std::int64_t kPortsPerAgent = 100;
constexpr const char* kKinds[] = {"cpus:2;mem:2GiB;disk:8GiB", "cpus:1.5;mem:1GiB;disk:4GiB",
                                  "cpus:1;mem:1536MiB;disk:4GiB"};

}  // namespace

std::string resources_of(const DevUpOptions& options, std::int64_t index) {
  const auto at = static_cast<std::size_t>(index);
  std::string text = options.resources.empty() ? kKinds[at % std::size(kKinds)]
                                               : options.resources[at % options.resources.size()];
  if (text.find("ports") == std::string::npos) {
    const std::int64_t first = kPortsFirst + index * kPortsPerAgent;
    text +=
        ";ports:[" + std::to_string(first) + "-" + std::to_string(first + kPortsPerAgent - 1) + "]";
  }
  return text;
}

}  // namespace fairlead::cli

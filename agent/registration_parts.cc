#include "agent/registration_parts.h"

#include <cstdint>
#include <utility>

#include "common/message_sizes.h"

namespace fairlead {

std::vector<AgentToMaster> in_parts(RegisterAgent registration, std::size_t part_bytes_max) {
  const std::size_t info_bytes = encoded_bytes_max(registration.agent);
  std::vector<std::vector<TaskReport>> slices(1);
  std::size_t bytes = info_bytes;
  for (TaskReport& report : registration.tasks) {
    std::size_t more = encoded_bytes_max(report);
    if (bytes + more > part_bytes_max && !slices.back().empty()) {
      slices.emplace_back();
      bytes = info_bytes;
    }
    bytes += more;
    slices.back().push_back(std::move(report));
  }
  std::vector<AgentToMaster> messages;
  if (slices.size() == 1) {
    registration.tasks = std::move(slices.front());
    messages.emplace_back(std::move(registration));
    return messages;
  }
  auto parts = static_cast<std::uint32_t>(slices.size());
  for (std::uint32_t i = 0; i < parts; ++i) {
    messages.emplace_back(RegisterAgentPart{.part = i + 1,
                                            .parts = parts,
                                            .content = {.agent = registration.agent,
                                                        .epoch_seen = registration.epoch_seen,
                                                        .tasks = std::move(slices[i])}});
  }
  return messages;
}

}  // namespace fairlead

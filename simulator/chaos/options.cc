#include "simulator/chaos/options.h"

namespace fairlead::chaos {

std::string command_of(const RunOptions& options) {
  const RunOptions usual;
  std::string command = "fairlead-sim chaos --seed " + std::to_string(options.seed);
  auto add = [&](const char* flag, std::uint64_t value, std::uint64_t otherwise) {
    if (value != otherwise) command += std::string(" ") + flag + " " + std::to_string(value);
  };
  add("--minutes", static_cast<std::uint64_t>(options.minutes),
      static_cast<std::uint64_t>(usual.minutes));
  add("--masters", options.masters, usual.masters);
  add("--agents", options.agents, usual.agents);
  add("--frameworks", options.frameworks, usual.frameworks);
  std::string without;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if ((options.without >> i & 1U) == 0) continue;
    without += (without.empty() ? "" : ",") + std::string(to_string(static_cast<Fault>(i)));
  }
  if (!without.empty()) command += " --without " + without;
  if (!options.swarm) command += " --no-swarm";
  for (const PlantRow& row : kPlants) {
    if (row.plant == options.plant) command += " --plant " + std::string(row.name);
  }
  return command;
}

}  // namespace fairlead::chaos

#include "cli/placement_check.h"

#include <algorithm>

#include "cli/cluster_client.h"
#include "common/amounts.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

Quantities scalars_of(const json& object, const char* key) {
  Result<Amounts> amounts = parse_amounts(amounts_of(object, key));
  return amounts ? amounts->scalars : Quantities{};
}

/// One that is not back after a failover has nothing yet: what it has is not known.
bool is_known(const json& agent) {
  return !amounts_of(agent, "total").empty();
}

}  // namespace

std::optional<std::string> why_unplaceable(const json& job, const json& agents) {
  const json all = list_of(agents, "agents");
  if (all.empty() || !std::all_of(all.begin(), all.end(), is_known)) return std::nullopt;
  for (const json& group : list_of(job, "tasks")) {
    const Quantities wanted = scalars_of(group, "resources");
    std::string totals;
    bool fits = false;
    for (const json& agent : all) {
      fits = fits || contains(scalars_of(agent, "total"), wanted);
      totals += (totals.empty() ? "" : ", ") + text_of(agent, "hostname") + " has " +
                amounts_of(agent, "total");
      if (totals.size() > 400) totals = "…";
    }
    if (fits) continue;
    return "job " + text_of(job, "id") + " cannot be placed: task " + text_of(group, "name") +
           " needs " + amounts_of(group, "resources") + ", more than any of " +
           std::to_string(all.size()) + " agents (" + totals +
           "); hint: ask for less, or --allow-unplaceable to wait for such an agent";
  }
  return std::nullopt;
}

}  // namespace fairlead::cli

#include "agent/registration_slot.h"

#include <algorithm>

#include "common/limits.h"
#include "common/return_window.h"

namespace fairlead {
namespace {

/// Bounds what a master may say, so that products fit.
std::uint64_t bounded(std::uint64_t number) {
  return std::min(number, std::uint64_t{1} << 40);
}

}  // namespace

Duration registration_window(const MasterLink& link) {
  // Either half alone can take all agents, should their loads be so.
  return return_window(link.cluster_agents, limits::kRegistrationsPerSecondMax / 2);
}

Duration draw_registration_slot(AgentState& state) {
  const MasterLink& link = state.link;
  const Duration window = registration_window(link);
  // Compared as sums over the cluster: this many tasks on every agent against what there is.
  const std::uint64_t everywhere =
      std::uint64_t{state.tasks.size()} * std::min(link.cluster_agents, limits::kAgentsMax);
  const std::uint64_t all = bounded(link.cluster_tasks);
  const Duration half = window / 2;
  if (everywhere > 2 * all) return random_below(state.random, half);
  if (2 * everywhere < all) return half + random_below(state.random, window - half);
  return random_below(state.random, window);
}

}  // namespace fairlead

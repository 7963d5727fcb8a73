#include "allocator/gangs.h"

#include <algorithm>
#include <utility>

#include "allocator/accumulate.h"
#include "allocator/accumulate_gang.h"
#include "allocator/demand.h"
#include "allocator/gang_room.h"
#include "allocator/headroom.h"
#include "allocator/inventory.h"
#include "allocator/offers.h"
#include "allocator/quota.h"
#include "allocator/serve.h"
#include "allocator/shares.h"
#include "common/gang.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// One task of a gang that is not complete yet.
struct Placed {
  AgentHandle agent;
  SharedResources resources;
};

/// At most `most`.
std::int64_t tasks_in(const FreeColumn& column, const StandardAmounts& need, std::int64_t most) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > 0) most = std::min(most, column.free[i] / need[i]);
  }
  return most;
}

/// Necessary for a gang: there are that many pieces large enough, on agents that are open in this
/// turn or kept for it. O(agents), and nothing changes.
bool may_fit(const Context& context, const DemandShape& shape,
             const std::vector<AgentHandle>& kept) {
  const State& state = context.state;
  const StandardAmounts& need = shape.amounts.scalars.standard;
  const std::int64_t most_there = most_on_one_agent(shape);
  std::int64_t left = tasks_at_once(shape);
  for (AgentHandle agent : kept) {
    left -= tasks_in(state.columns[agent.index], need, std::min(most_there, left));
  }
  for (AgentHandle agent : state.agent_order) {
    if (left == 0) break;
    if (!is_open_in_turn(context, agent)) continue;
    left -= tasks_in(state.columns[agent.index], need, std::min(most_there, left));
  }
  return left == 0;
}

/// One of its tasks fits on one of them.
bool fits_one_of(const Context& context, ClientIndex index, const DemandShape& shape,
                 const std::vector<AgentHandle>& agents) {
  return std::any_of(agents.begin(), agents.end(), [&](AgentHandle agent) {
    return cut(context, index, agent, shape).has_value();
  });
}

/// As if it had never been given. REQUIRES the task that was given last.
void take_back(Context& context, ClientIndex index, WantedShape& wanted, const Placed& placed) {
  State& state = context.state;
  Offered& offer = *find_grant(context, index, placed.agent);
  auto part = std::find_if(offer.parts.begin(), offer.parts.end(),
                           [&](const OfferPart& one) { return one.shape == wanted.shape.name; });
  if (--part->tasks == 0) offer.parts.erase(part);
  --wanted.offered;
  subtract(offer.resources.edit(), placed.resources);
  if (offer.parts.empty()) unmake_last_offer(state);
  uncharge_offered(state, index, placed.resources);
  give_free(state, placed.agent, placed.resources);
  ++context.grants.turns_left;
}

/// One after the other, first where room is kept for it; fewer than a gang has when no more can be
/// placed.
std::vector<Placed> place(Context& context, ClientIndex index, WantedShape& wanted,
                          const Candidates& everywhere) {
  const std::size_t needed = tasks_at_once(wanted.shape);
  std::vector<Placed> placed;
  for (AgentHandle agent : kept_for_gang(context.state, index, wanted)) {
    while (placed.size() < needed) {
      std::optional<SharedResources> taken = take_task(context, index, wanted, agent);
      if (!taken) break;
      placed.push_back({agent, *std::move(taken)});
    }
  }
  std::optional<AgentHandle> last;
  while (placed.size() < needed) {
    std::optional<SharedResources> taken = place_task(context, index, wanted, last, everywhere);
    if (!taken) break;
    placed.push_back({*last, *std::move(taken)});
  }
  return placed;
}

void take_all_back(Context& context, ClientIndex index, WantedShape& wanted,
                   std::vector<Placed>& placed) {
  for (; !placed.empty(); placed.pop_back()) take_back(context, index, wanted, placed.back());
  refresh_wants(context.state, index);
  if (has_quotas(context.state)) refresh_headroom(context.state);
}

}  // namespace

StandardAmounts needed_at_once(const DemandShape& shape) {
  StandardAmounts need = shape.amounts.scalars.standard;
  for (std::int64_t& one : need) {
    __int128 all = static_cast<__int128>(one) * tasks_at_once(shape);
    one = static_cast<std::int64_t>(std::min<__int128>(all, limits::kQuantityMax));
  }
  return need;
}

bool serve_gang(Context& context, ClientIndex index, WantedShape& wanted, const Candidates& here,
                const Candidates& everywhere) {
  const std::vector<AgentHandle>& kept = kept_for_gang(context.state, index, wanted);
  bool fits_here = fits_one_of(context, index, wanted.shape, kept) ||
                   choose_agent(context, index, wanted.shape, here).has_value();
  if (!fits_here || !may_fit(context, wanted.shape, kept)) return false;
  std::vector<Placed> placed = place(context, index, wanted, everywhere);
  if (placed.size() < tasks_at_once(wanted.shape)) {
    take_all_back(context, index, wanted, placed);
    return false;
  }
  for (const Placed& one : placed) {
    find_grant(context, index, one.agent)->bundle = context.grants.offers_before + 1;
  }
  if (!kept.empty()) drop_accumulation(context, index, "there is room");
  return true;
}

std::vector<AgentHandle> place_what_fits(Context& context, ClientIndex index, WantedShape& wanted) {
  std::vector<AgentHandle> agents;
  for (const Placed& one : place(context, index, wanted, {.everywhere = true})) {
    agents.push_back(one.agent);
  }
  return agents;
}

}  // namespace fairlead::allocation

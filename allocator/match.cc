#include "allocator/match.h"

#include <algorithm>

#include "allocator/filters.h"
#include "allocator/inventory.h"
#include "allocator/shares.h"

namespace fairlead::allocation {
namespace {

std::uint32_t tasks_in(const Offered& offer, const std::string& shape) {
  for (const OfferPart& part : offer.parts) {
    if (part.shape == shape) return part.tasks;
  }
  return 0;
}

/// Those in outstanding offers and those given in this step.
std::uint32_t tasks_given(const Context& context, ClientIndex client, AgentHandle agent,
                          const std::string& shape) {
  std::uint32_t tasks = tasks_offered(context.state, client, agent, shape);
  auto place = context.grants.places.find({client, agent});
  if (place == context.grants.places.end()) return tasks;
  return tasks + tasks_in(context.grants.list[place->second], shape);
}

/// Smaller is better: first `tasks`, then `part`.
struct Score {
  std::uint32_t tasks = 0;
  Fraction part;
};

bool is_better(const Score& a, const Score& b) {
  if (a.tasks != b.tasks) return a.tasks < b.tasks;
  return compare(a.part, 1, b.part, 1) < 0;
}

/// The largest part of the agent that stays free of anything that the shape asks for.
Fraction leftover_of(const Agent& agent, const FreeColumn& column, const Quantities& need) {
  Fraction most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need.standard[i] == 0 || agent.total_scalars().standard[i] == 0) continue;
    Fraction one{column.free[i] - need.standard[i], agent.total_scalars().standard[i]};
    if (compare(most, 1, one, 1) < 0) most = one;
  }
  return most;
}

/// How much of the agent the client holds already.
Fraction held_part(const Agent& agent, ClientIndex client) {
  const ClientHolding* holding = find_holding(agent, client);
  return holding == nullptr ? Fraction{}
                            : dominant_of(scalars(holding->resources), agent.total_scalars());
}

Score score_of(const Context& context, ClientIndex client, AgentHandle handle,
               const DemandShape& shape) {
  const Agent& agent = agent_of(context.state, handle);
  if (shape.per_agent_max == 0) {
    const FreeColumn& column = context.state.columns[handle.index];
    return {.part = leftover_of(agent, column, shape.amounts.scalars)};
  }
  return {.tasks = tasks_given(context, client, handle, shape.name),
          .part = held_part(agent, client)};
}

}  // namespace

bool fits_column(const FreeColumn& column, const Quantities& need) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need.standard[i] > column.free[i]) return false;
  }
  return true;
}

bool satisfies_all(const Agent& agent, const DemandShape& shape) {
  return std::all_of(shape.constraints.begin(), shape.constraints.end(),
                     [&](const Constraint& constraint) {
                       return satisfies(agent.attributes(), agent.hostname(), constraint);
                     });
}

std::uint32_t tasks_offered(const State& state, ClientIndex client, AgentHandle agent,
                            const std::string& shape) {
  std::uint32_t tasks = 0;
  for (OfferId id : agent_of(state, agent).offers()) {
    const Offered& offer = state.offers.at(id);
    if (offer.client == client) tasks += tasks_in(offer, shape);
  }
  return tasks;
}

std::optional<Resources> cut(const Context& context, ClientIndex client, AgentHandle handle,
                             const DemandShape& shape) {
  const State& state = context.state;
  const FreeColumn& column = state.columns[handle.index];
  const Agent& agent = agent_of(state, handle);
  if (!fits_column(column, shape.amounts.scalars) || !satisfies_all(agent, shape)) {
    return std::nullopt;
  }
  if (shape.per_agent_max > 0 &&
      tasks_given(context, client, handle, shape.name) >= shape.per_agent_max) {
    return std::nullopt;
  }
  if (is_backed_off(state, context.now, client, handle)) return std::nullopt;
  std::optional<Resources> taken;
  const Amounts& want = shape.amounts;
  if (column.plain && want.ranges.empty() && want.sets.empty() && want.scalars.custom.empty()) {
    taken = plain(want);
  } else {
    taken = take(agent.free(), want, role_of(state, client_of(state, client).role).path);
  }
  if (taken && is_filtered(state, context.now, client, handle, *taken)) return std::nullopt;
  return taken;
}

std::optional<AgentHandle> choose_agent(const Context& context, ClientIndex client,
                                        const DemandShape& shape, const Candidates& candidates) {
  const State& state = context.state;
  std::optional<AgentHandle> best;
  Score least;
  std::size_t count = candidates.size(state);
  for (std::size_t i = 0; i < count; ++i) {
    AgentHandle handle = candidates.at(state, i);
    const FreeColumn& column = state.columns[handle.index];
    if (!column.open || !fits_column(column, shape.amounts.scalars)) continue;
    Score score = score_of(context, client, handle, shape);
    if (best && !is_better(score, least)) continue;
    if (!cut(context, client, handle, shape)) continue;
    best = handle;
    least = score;
  }
  return best;
}

}  // namespace fairlead::allocation

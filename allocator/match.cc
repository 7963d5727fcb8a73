#include "allocator/match.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/conditions.h"
#include "allocator/filters.h"
#include "allocator/free_index.h"
#include "allocator/headroom.h"
#include "allocator/inventory.h"
#include "allocator/lots.h"
#include "allocator/placement.h"
#include "allocator/quota.h"
#include "allocator/shares.h"
#include "common/limits.h"

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
  return tasks_offered(context.state, client, agent, shape);
}

/// Smaller is better: first `tasks`, then `room`.
struct Score {
  std::uint32_t tasks = 0;
  RoomScore room;
};

bool is_better(const Score& a, const Score& b) {
  if (a.tasks != b.tasks) return a.tasks < b.tasks;
  return is_better(a.room, b.room);
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
    return {.tasks = 0,
            .room = score_of(context.state, key_of(context.state, handle),
                             shape.amounts.scalars.standard)};
  }
  return {.tasks = tasks_given(context, client, handle, shape.name),
          .room = {.growth = 0, .part = held_part(agent, client)}};
}

bool quota_allows(const Context& context, ClientIndex client, AgentHandle agent,
                  const Resources& taken) {
  RoleIndex role = client_of(context.state, client).role;
  refresh_headroom(context.state);
  return limits_allow(context.state, role, taken) &&
         leaves_held_amounts(context.state, role, taken) &&
         (context.may_take_held_tasks || leaves_held_tasks(context.state, role, agent, taken));
}

bool is_within(const StandardAmounts& need, const StandardAmounts& free) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > free[i]) return false;
  }
  return true;
}

/// The same choice as a look at every agent in the order from `start` on: the best score, and of
/// those the first. By classes: agents of one class leave the same free.
class Everywhere {
 public:
  Everywhere(const Context& context, ClientIndex client, const DemandShape& shape,
             std::size_t start)
      : context_(context), client_(client), shape_(shape), start_(start) {}

  /// REQUIRES that the index was refreshed.
  std::optional<AgentHandle> choose() {
    State& state = context_.state;
    visit_in_order(FreeClassMembers{state}, state.free_root, Classes{*this},
                   [&](std::uint32_t number) {
                     look_at(state.free_classes[number]);
                     return false;
                   });
    return best_;
  }

 private:
  struct Classes {
    const Everywhere& search;

    const FreeClass& at(std::uint32_t number) const {
      return search.context_.state.free_classes[number];
    }
    bool is_passed(std::uint32_t number) const {
      return search.passed_ && at(number).key <= *search.passed_;
    }
    bool may_hold(std::uint32_t number) const { return is_within(search.need(), at(number).most); }
    bool holds(std::uint32_t number) const { return is_within(search.need(), at(number).key.free); }
  };

  /// The agents of a class from a place in the order on.
  struct From {
    const State& state;
    std::size_t begin;

    bool is_passed(std::uint32_t number) const { return state.agents[number].order_at < begin; }
    bool may_hold(std::uint32_t) const { return true; }
    bool holds(std::uint32_t) const { return true; }
  };

  const StandardAmounts& need() const { return shape_.amounts.scalars.standard; }
  bool is_spread() const { return shape_.per_agent_max > 0; }
  /// Nothing can have a better score than the best one.
  bool is_perfect() const { return least_.tasks == 0 && least_.room.part.part == 0; }

  /// Classes of one size follow each other by their free cpus. One that leaves a larger part of
  /// them than the best one leaves of anything is not better, nor are those that follow.
  bool leaves_too_many_cpus(const FreeKey& key) const {
    if (context_.state.config.placement != Placement::kBestFit) return false;
    if (is_spread() || !best_ || need().front() == 0 || key.total.front() == 0) return false;
    Fraction cpus{key.free.front() - need().front(), key.total.front()};
    return compare(cpus, 1, least_.room.part, 1) > 0;
  }

  void look_at(const FreeClass& one) {
    if (leaves_too_many_cpus(one.key)) {
      passed_ = one.key;
      passed_->free.fill(limits::kQuantityMax);
      return;
    }
    State& state = context_.state;
    if (!fits_devices(state, one.key, need())) return;
    Score score;
    if (!is_spread()) score.room = score_of(state, one.key, need());
    auto look = [&](std::uint32_t number) { return look_at(AgentHandle{number}, score); };
    FreeAgentMembers agents{state};
    if (visit_in_order(agents, one.agents, From{state, start_}, look)) return;
    visit_in_order(agents, one.agents, From{state, 0}, [&](std::uint32_t number) {
      return state.agents[number].order_at >= start_ || look(number);
    });
  }

  /// True when those of its class that follow are not better than the best one.
  bool look_at(AgentHandle handle, Score score) {
    const State& state = context_.state;
    std::size_t count = state.agent_order.size();
    std::size_t place = (agent_of(state, handle).order_at + count - start_) % count;
    if (is_spread()) score = score_of(context_, client_, handle, shape_);
    bool loses = best_ && !is_better(score, least_) && (is_better(least_, score) || place > place_);
    if (loses) return !is_spread() || (is_perfect() && place > place_);
    if (!cut(context_, client_, handle, shape_)) return false;
    best_ = handle;
    least_ = score;
    place_ = place;
    return !is_spread() || is_perfect();
  }

  const Context& context_;
  ClientIndex client_;
  const DemandShape& shape_;
  std::size_t start_;
  std::optional<AgentHandle> best_;
  Score least_;
  std::size_t place_ = 0;          // of the best one, from `start_` on
  std::optional<FreeKey> passed_;  // it and the classes before it need no look
};

/// Without preferences.
std::optional<AgentHandle> choose_any(const Context& context, ClientIndex client,
                                      const DemandShape& shape, const Candidates& candidates) {
  // The index knows nothing of what is kept.
  if (candidates.everywhere && !context.may_use_kept) {
    refresh_free_index(context.state);
    return Everywhere(context, client, shape, candidates.start).choose();
  }
  const State& state = context.state;
  std::optional<AgentHandle> best;
  Score least;
  std::size_t count = candidates.size(state);
  for (std::size_t i = 0; i < count; ++i) {
    AgentHandle handle = candidates.at(state, i);
    const FreeColumn& column = state.columns[handle.index];
    if (!is_open_in_turn(context, handle) || !fits_column(column, shape.amounts.scalars)) continue;
    Score score = score_of(context, client, handle, shape);
    if (best && !is_better(score, least)) continue;
    if (!cut(context, client, handle, shape)) continue;
    best = handle;
    least = score;
  }
  return best;
}

}  // namespace

bool is_open_in_turn(const Context& context, AgentHandle agent) {
  if (context.state.columns[agent.index].open) return true;
  return context.may_use_kept && is_open_to_guarantees(context.state, agent);
}

bool fits_column(const FreeColumn& column, const Quantities& need) {
  return is_within(need.standard, column.free);
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
  State& state = context.state;
  const FreeColumn& column = state.columns[handle.index];
  const Agent& agent = agent_of(state, handle);
  if (!fits_column(column, shape.amounts.scalars) || !may_see(state, client, place_of(agent)) ||
      !satisfies_all(state, place_of(agent), shape)) {
    return std::nullopt;
  }
  if (shape.per_agent_max > 0 &&
      tasks_given(context, client, handle, shape.name) >= shape.per_agent_max) {
    return std::nullopt;
  }
  if (is_backed_off(state, context.now, client, handle)) return std::nullopt;
  std::optional<Resources> taken;
  const Amounts& want = shape.amounts;
  bool is_of_devices = column.devices != kNoSlot && want.scalars[StandardScalar::kGpus] > 0;
  bool is_plain = column.plain && !shape.revocable && !is_of_devices && want.ranges.empty() &&
                  want.sets.empty() && want.scalars.custom.empty();
  taken = is_plain ? plain(want) : take_placed(state, handle, client, shape);
  if (taken && is_filtered(state, context.now, client, handle, *taken)) return std::nullopt;
  if (taken && has_quotas(state) && !quota_allows(context, client, handle, *taken)) {
    return std::nullopt;
  }
  return taken;
}

std::optional<AgentHandle> choose_agent(const Context& context, ClientIndex client,
                                        const DemandShape& shape, const Candidates& candidates) {
  for (const Constraint& preferred : shape.prefer) {
    DemandShape there = shape;
    there.constraints.push_back(preferred);
    std::optional<AgentHandle> best = choose_any(context, client, there, candidates);
    if (best) return best;
  }
  return choose_any(context, client, shape, candidates);
}

}  // namespace fairlead::allocation

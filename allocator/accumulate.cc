#include "allocator/accumulate.h"

#include <algorithm>

#include "allocator/accumulate_gang.h"
#include "allocator/conditions.h"
#include "allocator/demand.h"
#include "allocator/gang_room.h"
#include "allocator/gangs.h"
#include "allocator/headroom.h"
#include "allocator/inventory.h"
#include "allocator/lots.h"
#include "allocator/match.h"
#include "allocator/quota.h"
#include "allocator/reclaim.h"
#include "allocator/shares.h"
#include "common/gang.h"

namespace fairlead::allocation {
namespace {

void schedule_wait(State& state, ClientIndex index, std::optional<Instant> due) {
  Client& client = client_of(state, index);
  if (client.wait_due) state.waits_due.erase({*client.wait_due, index});
  client.wait_due = due;
  if (due) state.waits_due.emplace(*due, index);
}

/// Multiplies, and drops low bits of both sides while they are many: a fair share needs no more.
void multiply(Fraction& due, std::int64_t weight, std::int64_t weights) {
  __int128 part = static_cast<__int128>(due.part) * weight;
  __int128 whole = static_cast<__int128>(due.whole) * weights;
  constexpr __int128 kMost = __int128{1} << 40;
  while (whole > kMost) {
    part >>= 1;
    whole >>= 1;
  }
  due = {static_cast<std::int64_t>(part), static_cast<std::int64_t>(whole)};
}

/// The part of the parent that is due to a child of it, or to its virtual leaf.
void descend(const State& state, RoleIndex parent, std::int64_t weight, Fraction& due) {
  std::int64_t weights = role_of(state, parent).competing_weights;
  if (weights > weight) multiply(due, weight, weights);
}

Fraction fair_share(const State& state, RoleIndex role) {
  Fraction due{1, 1};
  if (!role_of(state, role).children.empty()) descend(state, role, 1000, due);
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    descend(state, role_of(state, at).parent, role_of(state, at).weight_milli, due);
  }
  return due;
}

/// The agent to keep for the shape; nullopt when none could ever take it or one could now.
std::optional<AgentHandle> choose(const Context& context, ClientIndex index,
                                  const WantedShape& wanted) {
  const State& state = context.state;
  std::optional<AgentHandle> best;
  Fraction least;
  RoomByKind room(state, index, wanted.shape);
  for (AgentHandle handle : state.agent_order) {
    const Agent& agent = agent_of(state, handle);
    const FreeColumn& column = state.columns[handle.index];
    bool will_do = column.open && room.tasks_on(agent) > 0 &&
                   may_see(state, index, place_of(agent)) &&
                   satisfies_all(state, place_of(agent), wanted.shape);
    if (!will_do) continue;
    // It fits here already: a refusal stands in between, and waiting longer changes nothing.
    bool fits = fits_column(column, wanted.shape.amounts.scalars) &&
                cut_out(state, index, agent.free(), wanted.shape);
    if (fits) return std::nullopt;
    Fraction lack = lack_of(column, wanted.shape.amounts.scalars.standard);
    if (is_given_up(state, index, handle)) lack = {1, 1};
    if (best && compare(lack, 1, least, 1) >= 0) continue;
    best = handle;
    least = lack;
  }
  return best;
}

void keep(Context& context, ClientIndex index, const WantedShape& wanted, AgentHandle agent) {
  State& state = context.state;
  Accumulation& kept =
      keep_agents(context, index, wanted.shape, {agent}, context.now + state.config.accumulate_max);
  kept.reclaim_at = first_reclaim(state, index, wanted);
  schedule_look(state, index, kept);
}

/// Whether waiting for room helps: its fair share or a guarantee lets it have the shape, all of a
/// gang, and no limit is against it.
bool is_due(const State& state, const Client& client, const WantedShape& wanted) {
  if (wanted.shape.revocable) return is_below_fair_share(state, client.role);
  const StandardAmounts need = needed_at_once(wanted.shape);
  return (is_below_fair_share(state, client.role) || is_covered(state, client.role, need)) &&
         limits_may_allow(state, client.role, need);
}

/// Looks at the longest waits first in demand order; looks again after as long as it has waited.
void consider(Context& context, ClientIndex index) {
  State& state = context.state;
  Client& client = client_of(state, index);
  schedule_wait(state, index, std::nullopt);
  if (!client.wants || !client.has_demand) return;
  Duration waited;
  Instant reclaim_at = Instant::never();
  bool is_behind = false;
  for (const WantedShape& wanted : client.shapes) {
    if (wanted.unmet() == 0 || wanted.waiting_since.is_never()) continue;
    Duration wait = context.now - wanted.waiting_since;
    waited = std::max(waited, wait);
    if (wait < state.config.accumulate_after) continue;
    if (is_gang(wanted.shape)) {
      if (!is_due(state, client, wanted)) continue;
      GangTurn turn = keep_for_gang(context, index, wanted);
      if (turn == GangTurn::kKept) return;
      is_behind = is_behind || turn == GangTurn::kBehind;
      continue;
    }
    if (!is_due(state, client, wanted)) {
      if (begin_reclaim(context, index, wanted)) return;
      Instant first = first_reclaim(state, index, wanted);
      if (first > context.now) reclaim_at = std::min(reclaim_at, first);
      continue;
    }
    std::optional<AgentHandle> agent = choose(context, index, wanted);
    if (agent) {
      keep(context, index, wanted, *agent);
      return;
    }
  }
  Duration again = std::clamp(waited, state.config.accumulate_after, state.config.accumulate_max);
  if (is_behind) again = state.config.accumulate_after;
  schedule_wait(state, index, std::min(context.now + again, reclaim_at));
}

/// Of what is kept, the agents on which not as much is free as they could take.
std::vector<AgentHandle> lacking_of(const State& state, ClientIndex index, const DemandShape& shape,
                                    const Accumulation& kept) {
  RoomByKind room(state, index, shape);
  std::vector<AgentHandle> lacking;
  for (AgentHandle handle : kept.agents) {
    const Agent& agent = agent_of(state, handle);
    std::uint32_t most = room.tasks_on(agent);
    if (tasks_within(state, index, agent.free(), shape, most) < most) lacking.push_back(handle);
  }
  return lacking;
}

}  // namespace

bool is_below_fair_share(const State& state, RoleIndex role) {
  const RoleNode& node = role_of(state, role);
  Fraction own = dominant_of(node.own.used, state.cluster_shared);
  return compare(own, 1, fair_share(state, role), 1) < 0;
}

bool is_open_to_guarantees(const State& state, AgentHandle handle) {
  const Agent& agent = agent_of(state, handle);
  if (!agent.present || agent.is_closed() || agent.kept_for == kNoClient) return false;
  const std::optional<OpenReclaim>& reclaim = state.accumulations.at(agent.kept_for).reclaim;
  return !reclaim || reclaim->kind != ReclaimKind::kGuarantee;
}

void note_waits(Context& context, ClientIndex index, const std::vector<ShapeTries>& tries) {
  State& state = context.state;
  Client& client = client_of(state, index);
  if (!client.has_demand) return;
  Instant first = Instant::never();
  for (std::size_t at = 0; at < client.shapes.size(); ++at) {
    WantedShape& wanted = client.shapes[at];
    if (!client.wants || wanted.unmet() == 0) {
      wanted.waiting_since = Instant::never();
      continue;
    }
    bool served = at < tries.size() && tries[at].served;
    if (wanted.waiting_since.is_never() || served) wanted.waiting_since = context.now;
    first = std::min(first, wanted.waiting_since);
  }
  if (state.accumulations.contains(index)) return;
  if (first.is_never()) {
    schedule_wait(state, index, std::nullopt);
  } else if (!client.wait_due || *client.wait_due <= context.now) {
    schedule_wait(state, index, std::max(first, context.now) + state.config.accumulate_after);
  }
}

Accumulation& keep_agents(Context& context, ClientIndex index, const DemandShape& shape,
                          std::vector<AgentHandle> agents, Instant until) {
  State& state = context.state;
  Accumulation& kept = state.accumulations[index];
  kept = {.shape = shape.name,
          .agents = std::move(agents),
          .until = until,
          .tasks = tasks_at_once(shape)};
  for (AgentHandle agent : kept.agents) {
    agent_of(state, agent).kept_for = index;
    refresh_open(state, agent);
  }
  schedule_look(state, index, kept);
  return kept;
}

void schedule_look(State& state, ClientIndex index, const Accumulation& kept) {
  schedule_wait(state, index, std::min(kept.until, kept.reclaim_at));
}

void drop_accumulation(Context& context, ClientIndex index, const std::string& why) {
  State& state = context.state;
  auto known = state.accumulations.find(index);
  if (known == state.accumulations.end()) return;
  end_reclaim(context, known->second, why);
  const std::vector<AgentHandle> agents = std::move(known->second.agents);
  state.accumulations.erase(known);
  std::optional<Instant> again;
  if (client_of(state, index).wants) again = context.now + state.config.accumulate_after;
  schedule_wait(state, index, again);
  for (AgentHandle agent : agents) {
    agent_of(state, agent).kept_for = kNoClient;
    refresh_open(state, agent);
    context.touched.agents.push_back(agent);
  }
}

void drop_stale_accumulation(Context& context, ClientIndex index) {
  auto known = context.state.accumulations.find(index);
  if (known == context.state.accumulations.end()) return;
  const Client& client = client_of(context.state, index);
  const WantedShape* wanted = find_shape(client, known->second.shape);
  bool is_needed = client.wants && wanted != nullptr && wanted->unmet() > 0 &&
                   tasks_at_once(wanted->shape) == known->second.tasks;
  if (is_needed) return;
  drop_accumulation(context, index);
}

void drop_unfair_accumulations(Context& context) {
  const State& state = context.state;
  std::vector<ClientIndex> unfair;
  for (const auto& [client, kept] : state.accumulations) {
    const WantedShape* wanted = find_shape(client_of(state, client), kept.shape);
    bool is_fair = kept.reclaim
                       ? is_called_for(state, client, kept)
                       : wanted != nullptr && is_due(state, client_of(state, client), *wanted);
    if (!is_fair) unfair.push_back(client);
  }
  for (ClientIndex client : unfair) {
    drop_accumulation(context, client, "its share, guarantee or limit is against it now");
  }
}

Fraction lack_of(const FreeColumn& column, const StandardAmounts& need) {
  Fraction most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] <= column.free[i]) continue;
    Fraction one{need[i] - column.free[i], need[i]};
    if (compare(most, 1, one, 1) < 0) most = one;
  }
  return most;
}

bool is_given_up(const State& state, ClientIndex client, AgentHandle agent) {
  auto last = state.accumulated_last.find(client);
  return last != state.accumulated_last.end() &&
         std::find(last->second.begin(), last->second.end(), agent) != last->second.end();
}

void expire_waits(Context& context) {
  State& state = context.state;
  while (!state.waits_due.empty() && state.waits_due.begin()->first <= context.now) {
    ClientIndex index = state.waits_due.begin()->second;
    auto kept = state.accumulations.find(index);
    if (kept == state.accumulations.end()) {
      consider(context, index);
      continue;
    }
    if (context.now < kept->second.until) {
      look_for_reclaim(context, index);
      continue;
    }
    // Not enough ended there for long: share it again, and try another one after a new wait.
    WantedShape* wanted = find_shape(client_of(state, index), kept->second.shape);
    if (wanted != nullptr) {
      wanted->waiting_since = context.now;
      state.accumulated_last[index] = lacking_of(state, index, wanted->shape, kept->second);
    }
    drop_accumulation(context, index, "not enough was given back");
  }
}

}  // namespace fairlead::allocation

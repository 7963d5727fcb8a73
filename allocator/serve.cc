#include "allocator/serve.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/conditions.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/headroom.h"
#include "allocator/inventory.h"
#include "allocator/lots.h"
#include "allocator/match.h"
#include "allocator/offers.h"
#include "allocator/placement.h"
#include "allocator/quota.h"
#include "allocator/reclaim.h"
#include "allocator/shares.h"
#include "allocator/turns.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

bool is_in(const std::vector<AgentHandle>& agents, AgentHandle agent) {
  return std::find(agents.begin(), agents.end(), agent) != agents.end();
}

/// Counts for every client the touched agents of which it refuses all that is free.
void note_refusing(Context& context, Round& round) {
  State& state = context.state;
  if (round.agents.size() > Room::kAgentsMax) return;
  for (AgentHandle agent : round.agents) {
    std::size_t before = round.refusing.size();
    add_refusing(state, context.now, agent, round.refusing);
    std::size_t wanting = 0;
    for (std::size_t i = before; i < round.refusing.size(); ++i) {
      Client& client = client_of(state, round.refusing[i]);
      ++client.refusing;
      if (client.wants) ++wanting;
    }
    if (wanting == state.wanting) round.refused.push_back(agent);
  }
}

/// What the touched agents still have for those without a reserved seat.
Room room_of(const State& state, const Round& round) {
  Room room;
  bool is_each = round.agents.size() <= Room::kAgentsMax;
  for (AgentHandle handle : round.agents) {
    const Agent& agent = agent_of(state, handle);
    const FreeColumn& column = state.columns[handle.index];
    // One that is kept may be let go during the round.
    bool is_open = column.open || agent.kept_for != kNoClient;
    if (!is_open || agent.free().is_zero() || is_in(round.refused, handle)) continue;
    if (is_each || room.count == 0) {
      room.free[room.count++] = column.free;
      continue;
    }
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      room.free.front()[i] = std::max(room.free.front()[i], column.free[i]);
    }
  }
  return room;
}

/// False when the client wants nothing that is small enough for one of the touched agents, or
/// refused all that is free there.
bool can_use_any(const State& state, const Round& round, ClientIndex index) {
  const Client& client = client_of(state, index);
  if (round.agents.size() > Room::kAgentsMax) return true;
  if (client.refusing == round.agents.size()) return false;
  if (!client.has_demand) return true;
  return std::any_of(client.shapes.begin(), client.shapes.end(), [&](const WantedShape& wanted) {
    return wanted.unmet() > 0 &&
           std::any_of(round.agents.begin(), round.agents.end(), [&](AgentHandle agent) {
             return fits_column(state.columns[agent.index], wanted.shape.amounts.scalars);
           });
  });
}

bool is_wanting(const State& state, ClientIndex client) {
  return client_of(state, client).present && client_of(state, client).wants;
}

Seat& seat_of(State& state, Round& round, ClientIndex index) {
  Client& client = client_of(state, index);
  if (client.seat == 0) {
    round.add_seat(index, client.shapes.size());
    client.seat = static_cast<std::uint32_t>(round.seated);
  }
  return round.seats[client.seat - 1];
}

/// True when the client could be served on the agent that is kept for it.
bool fits_kept(const State& state, ClientIndex client, const Accumulation& kept) {
  const WantedShape* wanted = find_shape(client_of(state, client), kept.shape);
  return wanted != nullptr &&
         fits_column(state.columns[kept.agent.index], wanted->shape.amounts.scalars);
}

/// False when nothing is free, or all that is free is on the one agent that was touched: who takes
/// whole agents looks there, whether or not he looks further.
bool has_loose_elsewhere(const State& state, const Round& round) {
  if (state.agents_loose == 0) return false;
  if (state.agents_loose > 1 || round.agents.size() != 1) return true;
  bool is_here = state.columns[round.agents.front().index].is_loose;
  return state.agents_loose > (is_here ? 1U : 0U);
}

/// Gives seats to those who may find something beyond the touched agents.
void reserve_seats(State& state, Round& round) {
  Touched& touched = round.touched;
  for (AgentHandle agent : round.agents) {
    ClientIndex owner = agent_of(state, agent).kept_for;
    if (owner != kNoClient) touched.pairs.emplace_back(owner, agent);
  }
  for (const auto& [client, agent] : touched.pairs) {
    if (!is_wanting(state, client) || !agent_of(state, agent).present) continue;
    seat_of(state, round, client).extra.push_back(agent);
  }
  for (ClientIndex client : touched.clients) {
    if (is_wanting(state, client)) seat_of(state, round, client).everywhere = true;
  }
  bool is_elsewhere = touched.everybody && has_loose_elsewhere(state, round);
  for (std::uint32_t i = 0; touched.everybody && i < state.clients.size(); ++i) {
    // Those with demand wait from now on, so they have a seat in any case.
    bool may_gain = is_elsewhere || state.clients[i].has_demand;
    if (may_gain && is_wanting(state, {i})) seat_of(state, round, {i}).everywhere = true;
  }
  // The agent that is kept for somebody need not be one of those that were touched.
  for (const auto& [client, kept] : state.accumulations) {
    if (round.agents.empty() || !is_wanting(state, client)) continue;
    if (fits_kept(state, client, kept)) seat_of(state, round, client);
  }
  round.reserved = round.seated;
}

Round& open_round(Context& context) {
  State& state = context.state;
  Round& round = state.round;
  round.clear();
  std::swap(round.touched, context.touched);
  std::swap(round.agents, round.touched.agents);
  std::sort(round.agents.begin(), round.agents.end());
  round.agents.erase(std::unique(round.agents.begin(), round.agents.end()), round.agents.end());
  std::erase_if(round.agents, [&](AgentHandle agent) { return !agent_of(state, agent).present; });
  if (round.agents.size() > 1) shuffle(round.agents, state.random);
  bool is_anywhere = round.touched.everybody || !round.touched.clients.empty();
  if (is_anywhere && !state.agent_order.empty()) {
    round.start = state.random.below(state.agent_order.size());
  }
  reserve_seats(state, round);
  note_refusing(context, round);
  return round;
}

void close_round(Context& context, Round& round) {
  for (const Seat& seat : round.taken_seats()) {
    client_of(context.state, seat.client).seat = 0;
    note_waits(context, seat.client, seat.tries);
  }
  for (ClientIndex client : round.refusing) client_of(context.state, client).refusing = 0;
}

Candidates candidates_of(const Round& round, const Seat& seat) {
  return {.everywhere = seat.everywhere,
          .start = round.start,
          .touched = &round.agents,
          .extra = &seat.extra};
}

/// False when the framework has as many offers as it may have and this would be one more.
bool may_have_another(const Context& context, ClientIndex client, AgentHandle agent) {
  if (find_grant(context, client, agent) != nullptr) return true;
  FrameworkHandle framework = client_of(context.state, client).framework;
  return framework_of(context.state, framework).offers < limits::kOffersPerFrameworkMax;
}

Offered& grant(Context& context, ClientIndex client, AgentHandle agent,
               const SharedResources& resources) {
  take_free(context.state, agent, resources);
  charge_offered(context.state, client, resources);
  Offered* known = find_grant(context, client, agent);
  if (known == nullptr) {
    Offered& offered = begin_offer(context.state, client, agent);
    offered.resources = resources;
    return offered;
  }
  add(known->resources.edit(), resources);
  return *known;
}

void count_task(Offered& offered, WantedShape& wanted) {
  ++wanted.offered;
  for (OfferPart& part : offered.parts) {
    if (part.shape != wanted.shape.name) continue;
    ++part.tasks;
    return;
  }
  offered.parts.push_back({.shape = wanted.shape.name, .tasks = 1});
}

}  // namespace

bool give_task(Context& context, ClientIndex index, WantedShape& wanted, AgentHandle agent) {
  if (!may_have_another(context, index, agent)) return false;
  std::optional<Resources> taken = cut(context, index, agent, wanted.shape);
  if (!taken) return false;
  count_task(grant(context, index, agent, std::move(*taken)), wanted);
  refresh_wants(context.state, index);
  return true;
}

namespace {

/// The agent that is kept free for this shape; serving it ends the accumulation.
bool give_accumulated(Context& context, ClientIndex index, WantedShape& wanted) {
  auto kept = context.state.accumulations.find(index);
  if (kept == context.state.accumulations.end() || kept->second.shape != wanted.shape.name) {
    return false;
  }
  if (!give_task(context, index, wanted, kept->second.agent)) return false;
  note_room_made(context, index);
  drop_accumulation(context, index, "there is room");
  return true;
}

bool serve_shape(Context& context, const Round& round, ClientIndex index, Seat& seat,
                 std::size_t at) {
  WantedShape& wanted = client_of(context.state, index).shapes[at];
  if (give_accumulated(context, index, wanted)) return true;
  // Filling one agent merges the tasks into one offer; spreading is asked for by per_agent_max.
  std::optional<AgentHandle>& last = seat.tries[at].last;
  bool fill = last && wanted.shape.per_agent_max == 0 && fills_agents(context.state);
  if (fill && give_task(context, index, wanted, *last)) return true;
  last = choose_agent(context, index, wanted.shape, candidates_of(round, seat));
  bool given = last && give_task(context, index, wanted, *last);
  // Served elsewhere: the agent that was being kept free is not needed any more.
  auto kept = context.state.accumulations.find(index);
  bool ends =
      given && kept != context.state.accumulations.end() && kept->second.shape == wanted.shape.name;
  if (ends) drop_accumulation(context, index, "there is room elsewhere");
  return given;
}

/// Whether quota lets the client have the shape, as far as that depends on no agent.
bool has_quota_for(Context& context, const Round& round, ClientIndex index,
                   const WantedShape& wanted) {
  State& state = context.state;
  if (!has_quotas(state)) return true;
  if (wanted.shape.revocable) return round.asked == Asked::kEverybody;
  refresh_headroom(state);
  RoleIndex role = client_of(state, index).role;
  const StandardAmounts& need = wanted.shape.amounts.scalars.standard;
  if (round.asked == Asked::kShort && !is_covered(state, role, need)) return false;
  return limits_may_allow(state, role, need) && headroom_may_allow(state, role, need);
}

/// What a guarantee covers may take from the tasks held for others, if nothing else is there.
bool serve_owed_shape(Context& context, const Round& round, ClientIndex index, Seat& seat,
                      std::size_t at) {
  context.may_take_held_tasks = true;
  bool given = serve_shape(context, round, index, seat, at);
  context.may_take_held_tasks = false;
  return given;
}

bool serve_demand(Context& context, const Round& round, ClientIndex index, Seat& seat) {
  const std::vector<WantedShape>& shapes = client_of(context.state, index).shapes;
  for (std::size_t at = 0; at < shapes.size(); ++at) {
    ShapeTries& tries = seat.tries[at];
    if (tries.failed || shapes[at].unmet() == 0) continue;
    if (!has_quota_for(context, round, index, shapes[at])) {
      tries.failed = true;
      tries.last.reset();
      continue;
    }
    bool given =
        serve_shape(context, round, index, seat, at) ||
        (round.asked == Asked::kShort && serve_owed_shape(context, round, index, seat, at));
    tries.failed = !given;
    if (tries.failed) continue;
    tries.served = true;
    return true;
  }
  return false;
}

const OfferMinimum& minimum_of(const State& state, ClientIndex client) {
  const std::optional<OfferMinimum>& own = client_of(state, client).minimum;
  return own ? *own : state.config.offer_minimum;
}

}  // namespace

bool give_agent(Context& context, ClientIndex index, AgentHandle agent) {
  State& state = context.state;
  if (!state.columns[agent.index].open || agent_of(state, agent).free().is_zero()) return false;
  if (!may_see(state, index, place_of(agent_of(state, agent)))) return false;
  RoleIndex role = client_of(state, index).role;
  SharedResources all = offerable(state, index, agent);
  if (has_quotas(state)) {
    refresh_headroom(state);
    cut_to_limits(state, role, all.edit());
    cut_to_headroom(state, role, agent, all.edit());
  }
  if (all.is_zero() || !is_large_enough(all, minimum_of(state, index))) return false;
  if (is_backed_off(state, context.now, index, agent) ||
      is_filtered(state, context.now, index, agent, all)) {
    return false;
  }
  if (!may_have_another(context, index, agent)) return false;
  grant(context, index, agent, all);
  return true;
}

namespace {

bool serve_agent(Context& context, const Round& round, ClientIndex index, Seat& seat) {
  Candidates candidates = candidates_of(round, seat);
  std::size_t count = candidates.size(context.state);
  RoleIndex role = client_of(context.state, index).role;
  if (round.asked == Asked::kShort && !is_owed(context.state, role)) return false;
  while (seat.cursor < count) {
    if (give_agent(context, index, candidates.at(context.state, seat.cursor++))) return true;
  }
  return false;
}

bool serve_client(Context& context, const Round& round, Seat& seat) {
  return client_of(context.state, seat.client).has_demand
             ? serve_demand(context, round, seat.client, seat)
             : serve_agent(context, round, seat.client, seat);
}

/// Marks those with reserved seats in the ranking, or takes the marks away.
void ask_reserved(State& state, const Round& round, bool is_asked) {
  for (std::size_t i = 0; i < round.reserved; ++i) {
    client_of(state, round.seats[i].client).is_asked = is_asked;
    note_rank(state, round.seats[i].client);
  }
}

/// Serves those who may have a turn until none of them can be served any more.
void run(Context& context, Round& round, Asked asked) {
  State& state = context.state;
  round.asked = asked;
  Room room = room_of(state, round);
  if (room.count == 0 && round.reserved <= 1) {
    bool given = round.reserved == 1;
    while (given) given = serve_client(context, round, round.seats.front());
    return;
  }
  ask_reserved(state, round, true);
  refresh_ranks(state);
  Turns turns(state, asked);
  while (std::optional<ClientIndex> client = turns.next(room)) {
    // Without a seat: nothing is known about it, and most of those who pass want too much.
    bool is_seated = client_of(state, *client).seat > 0;
    bool given = (is_seated || can_use_any(state, round, *client)) &&
                 serve_client(context, round, seat_of(state, round, *client));
    if (!given) {
      turns.drop(*client);
      continue;
    }
    refresh_ranks(state);
    if (round.agents.size() <= Room::kAgentsMax) room = room_of(state, round);
  }
  ask_reserved(state, round, false);
}

/// What a guarantee covers comes first; then everybody has a turn, from the beginning.
void run(Context& context, Round& round) {
  if (has_guarantees(context.state) && is_any_short(context.state)) {
    run(context, round, Asked::kShort);
    for (Seat& seat : round.taken_seats()) {
      seat.cursor = 0;
      for (ShapeTries& tries : seat.tries) {
        tries.failed = false;
        tries.last.reset();
      }
    }
  }
  run(context, round, Asked::kEverybody);
}

}  // namespace

void serve(Context& context) {
  touch_quota_room(context);
  drop_unfair_accumulations(context);
  // A round can end an accumulation, which touches the agent that was kept.
  while (!context.touched.empty()) {
    Round& round = open_round(context);
    run(context, round);
    close_round(context, round);
    touch_quota_room(context);
    drop_unfair_accumulations(context);
  }
}

}  // namespace fairlead::allocation

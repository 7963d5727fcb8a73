#include "allocator/serve.h"

#include <algorithm>
#include <set>
#include <utility>

#include "allocator/accumulate.h"
#include "allocator/conditions.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/gangs.h"
#include "allocator/headroom.h"
#include "allocator/inventory.h"
#include "allocator/lots.h"
#include "allocator/match.h"
#include "allocator/offers.h"
#include "allocator/placement.h"
#include "allocator/quota.h"
#include "allocator/reclaim.h"
#include "allocator/seats.h"
#include "allocator/shares.h"
#include "allocator/turns.h"
#include "common/gang.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// False when the framework has as many offers as it may have and this would be one more.
bool may_have_another(const Context& context, ClientIndex client, AgentHandle agent) {
  if (find_grant(context, client, agent) != nullptr) return true;
  FrameworkHandle framework = client_of(context.state, client).framework;
  return framework_of(context.state, framework).offers < limits::kOffersPerFrameworkMax;
}

Offered& grant(Context& context, ClientIndex client, AgentHandle agent,
               const SharedResources& resources) {
  --context.grants.turns_left;
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

std::optional<SharedResources> take_task(Context& context, ClientIndex index, WantedShape& wanted,
                                         AgentHandle agent) {
  if (!may_have_another(context, index, agent)) return std::nullopt;
  std::optional<Resources> taken = cut(context, index, agent, wanted.shape);
  if (!taken) return std::nullopt;
  SharedResources resources(std::move(*taken));
  count_task(grant(context, index, agent, resources), wanted);
  refresh_wants(context.state, index);
  return resources;
}

std::optional<SharedResources> place_task(Context& context, ClientIndex index, WantedShape& wanted,
                                          std::optional<AgentHandle>& last,
                                          const Candidates& candidates) {
  // Filling one agent merges the tasks into one offer; spreading is asked for by per_agent_max.
  bool fill = last && wanted.shape.per_agent_max == 0 && fills_agents(context.state);
  if (fill) {
    std::optional<SharedResources> taken = take_task(context, index, wanted, *last);
    if (taken) return taken;
  }
  last = choose_agent(context, index, wanted.shape, candidates);
  return last ? take_task(context, index, wanted, *last) : std::nullopt;
}

bool give_task(Context& context, ClientIndex index, WantedShape& wanted, AgentHandle agent) {
  return take_task(context, index, wanted, agent).has_value();
}

namespace {

/// The agent that is kept free for this shape; serving it ends the accumulation.
bool give_accumulated(Context& context, ClientIndex index, WantedShape& wanted) {
  auto kept = context.state.accumulations.find(index);
  if (kept == context.state.accumulations.end() || kept->second.shape != wanted.shape.name) {
    return false;
  }
  if (!give_task(context, index, wanted, kept->second.agents.front())) return false;
  note_room_made(context, index);
  drop_accumulation(context, index, "there is room");
  return true;
}

bool serve_shape(Context& context, const Round& round, ClientIndex index, Seat& seat,
                 std::size_t at) {
  WantedShape& wanted = client_of(context.state, index).shapes[at];
  if (is_gang(wanted.shape)) {
    return serve_gang(context, index, wanted, candidates_of(round, seat), everywhere(round));
  }
  if (give_accumulated(context, index, wanted)) return true;
  bool given = place_task(context, index, wanted, seat.tries[at].last, candidates_of(round, seat))
                   .has_value();
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
  const StandardAmounts need = needed_at_once(wanted.shape);
  if (round.asked == Asked::kShort && !is_covered(state, role, need)) return false;
  return limits_may_allow(state, role, need) &&
         headroom_may_allow(state, role, wanted.shape.amounts.scalars.standard);
}

/// What a guarantee covers and fits nowhere else may use what is kept for others, and then take
/// from the tasks held for others.
bool serve_owed_shape(Context& context, const Round& round, ClientIndex index, Seat& seat,
                      std::size_t at) {
  context.may_use_kept = !context.state.accumulations.empty();
  bool given = context.may_use_kept && serve_shape(context, round, index, seat, at);
  if (!given) {
    context.may_take_held_tasks = true;
    given = serve_shape(context, round, index, seat, at);
  }
  context.may_use_kept = context.may_take_held_tasks = false;
  // The next one is looked for where it does no harm first.
  seat.tries[at].last.reset();
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
  if (!is_open_in_turn(context, agent) || agent_of(state, agent).free().is_zero()) return false;
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

/// To a role that is owed something and finds nothing else: what is kept for others.
bool give_kept_agent(Context& context, ClientIndex index, const Candidates& candidates) {
  const State& state = context.state;
  if (state.accumulations.empty()) return false;
  context.may_use_kept = true;
  bool given = false;
  std::size_t count = candidates.size(state);
  for (std::size_t i = 0; i < count && !given; ++i) {
    AgentHandle agent = candidates.at(state, i);
    given = !state.columns[agent.index].open && give_agent(context, index, agent);
  }
  context.may_use_kept = false;
  return given;
}

bool serve_agent(Context& context, const Round& round, ClientIndex index, Seat& seat) {
  Candidates candidates = candidates_of(round, seat);
  std::size_t count = candidates.size(context.state);
  RoleIndex role = client_of(context.state, index).role;
  if (round.asked == Asked::kShort && !is_owed(context.state, role)) return false;
  while (seat.cursor < count) {
    if (give_agent(context, index, candidates.at(context.state, seat.cursor++))) return true;
  }
  return round.asked == Asked::kShort && give_kept_agent(context, index, candidates);
}

bool has_turns(const Context& context) {
  return context.grants.turns_left > 0;
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
    while (given && has_turns(context)) {
      given = serve_client(context, round, round.seats.front());
    }
    return;
  }
  ask_reserved(state, round, true);
  refresh_ranks(state);
  Turns turns(state, asked);
  while (has_turns(context)) {
    std::optional<ClientIndex> client = turns.next(room);
    if (!client) break;
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

/// Each once, where it stands first: what is left again at every step would grow.
void drop_repeated(std::vector<std::pair<ClientIndex, AgentHandle>>& pairs) {
  std::set<std::pair<ClientIndex, AgentHandle>> seen;
  std::erase_if(pairs, [&](const auto& pair) { return !seen.insert(pair).second; });
}

/// The next step goes on where this one ends.
void leave_unserved(Context& context, Round& round) {
  Touched& unserved = context.state.unserved;
  unserved.add(round.touched);
  unserved.agents.insert(unserved.agents.end(), round.agents.begin(), round.agents.end());
  unserved.add(context.touched);
  drop_repeated(unserved.pairs);
  context.touched.clear();
}

}  // namespace

void serve(Context& context) {
  State& state = context.state;
  context.touched.add(state.unserved);
  state.unserved.clear();
  touch_quota_room(context);
  drop_unfair_accumulations(context);
  // A round can end an accumulation, which touches the agent that was kept.
  while (!context.touched.empty()) {
    Round& round = open_round(context);
    run(context, round);
    close_round(context, round);
    touch_quota_room(context);
    drop_unfair_accumulations(context);
    if (!has_turns(context)) return leave_unserved(context, round);
  }
}

}  // namespace fairlead::allocation

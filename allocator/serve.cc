#include "allocator/serve.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/inventory.h"
#include "allocator/match.h"
#include "allocator/shares.h"
#include "allocator/turns.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// What is known about one client during one round. What failed once fails for the whole round:
/// free resources only shrink in it.
struct Seat {
  bool is_reserved = false;  ///< it may find something beyond the touched agents
  bool is_done = false;      ///< it cannot be served in this round any more
  bool everywhere = false;
  std::vector<AgentHandle> extra;
  std::size_t cursor = 0;                         ///< whole agents: candidates looked at
  std::vector<bool> failed;                       ///< by shape
  std::vector<std::optional<AgentHandle>> lasts;  ///< by shape: fill this one first
  std::set<std::string> served;
};

struct Round {
  std::vector<AgentHandle> agents;    ///< touched, in seeded order
  std::size_t start = 0;              ///< where to begin in State::agent_order
  std::map<ClientIndex, Seat> seats;  ///< made at a client's first turn, or when it looks further
};

/// More touched agents than this, and asking everybody costs less than looking first.
constexpr std::size_t kPeekAgentsMax = 4;

/// True when nobody can use what is left on the touched agents: those without a reserved seat need
/// not be asked then.
bool is_used_up(const State& state, const Round& round) {
  if (round.agents.size() > kPeekAgentsMax) return false;
  return std::none_of(round.agents.begin(), round.agents.end(), [&](AgentHandle handle) {
    const Agent& agent = agent_of(state, handle);
    const FreeColumn& column = state.columns[handle.index];
    // One that is kept may be let go during the round.
    return (column.open || agent.kept_for != kNoClient) && fits_column(column, state.least_need) &&
           !agent.free().is_zero();
  });
}

/// False when the client wants nothing that is small enough for one of the touched agents, or
/// takes whole ones and refused all that is free there.
bool can_use_any(const Context& context, const Round& round, ClientIndex index) {
  const State& state = context.state;
  const Client& client = client_of(state, index);
  if (round.agents.size() > kPeekAgentsMax) return true;
  if (!client.has_demand) {
    return !std::all_of(round.agents.begin(), round.agents.end(), [&](AgentHandle agent) {
      return is_filtered(state, context.now, index, agent, agent_of(state, agent).free());
    });
  }
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

Round open_round(Context& context) {
  State& state = context.state;
  Touched touched = std::move(context.touched);
  context.touched = {};
  Round round;
  round.agents = std::move(touched.agents);
  std::sort(round.agents.begin(), round.agents.end());
  round.agents.erase(std::unique(round.agents.begin(), round.agents.end()), round.agents.end());
  std::erase_if(round.agents, [&](AgentHandle agent) { return !agent_of(state, agent).present; });
  if (round.agents.size() > 1) shuffle(round.agents, state.random);
  if (!touched.clients.empty() && !state.agent_order.empty()) {
    round.start = state.random.below(state.agent_order.size());
  }
  for (AgentHandle agent : round.agents) {
    ClientIndex owner = agent_of(state, agent).kept_for;
    if (owner != kNoClient) touched.pairs.emplace_back(owner, agent);
  }
  for (const auto& [client, agent] : touched.pairs) {
    if (!is_wanting(state, client) || !agent_of(state, agent).present) continue;
    round.seats[client].extra.push_back(agent);
  }
  for (ClientIndex client : touched.clients) {
    if (is_wanting(state, client)) round.seats[client].everywhere = true;
  }
  // The agent that is kept for somebody need not be one of those that were touched.
  for (const auto& [client, kept] : state.accumulations) {
    if (!round.agents.empty() && is_wanting(state, client)) round.seats[client];
  }
  for (auto& [client, seat] : round.seats) seat.is_reserved = true;
  return round;
}

std::vector<ClientIndex> with_reserved_seats(const Round& round) {
  std::vector<ClientIndex> clients;
  for (const auto& [client, seat] : round.seats) {
    if (seat.is_reserved && !seat.is_done) clients.push_back(client);
  }
  return clients;
}

Seat& seat_of(const State& state, Round& round, ClientIndex client) {
  Seat& seat = round.seats[client];
  std::size_t shapes = client_of(state, client).shapes.size();
  seat.failed.resize(shapes);
  seat.lasts.resize(shapes);
  return seat;
}

Candidates candidates_of(const Round& round, const Seat& seat) {
  return {.everywhere = seat.everywhere,
          .start = round.start,
          .touched = &round.agents,
          .extra = &seat.extra};
}

/// False when the framework has as many offers as it may have and this would be one more.
bool may_have_another(const Context& context, ClientIndex client, AgentHandle agent) {
  if (context.grants.places.contains({client, agent})) return true;
  FrameworkHandle framework = client_of(context.state, client).framework;
  auto granted = context.grants.by_framework.find(framework);
  std::size_t now = granted == context.grants.by_framework.end() ? 0 : granted->second;
  return framework_of(context.state, framework).offers + now < limits::kOffersPerFrameworkMax;
}

Offered& grant(Context& context, ClientIndex client, AgentHandle agent,
               const Resources& resources) {
  take_free(context.state, agent, resources);
  charge_offered(context.state, client, scalars(resources));
  Grants& grants = context.grants;
  auto [place, is_new] = grants.places.emplace(std::pair(client, agent), grants.list.size());
  if (is_new) {
    grants.list.push_back({.client = client, .agent = agent, .resources = {}, .parts = {}});
    ++grants.by_framework[client_of(context.state, client).framework];
  }
  Offered& offered = grants.list[place->second];
  add(offered.resources, resources);
  return offered;
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

/// Gives one task's worth on that agent, if it can be.
bool give_task(Context& context, ClientIndex index, Seat& seat, WantedShape& wanted,
               AgentHandle agent) {
  if (!may_have_another(context, index, agent)) return false;
  std::optional<Resources> taken = cut(context, index, agent, wanted.shape);
  if (!taken) return false;
  count_task(grant(context, index, agent, *taken), wanted);
  seat.served.insert(wanted.shape.name);
  refresh_wants(context.state, index);
  return true;
}

/// The agent that is kept free for this shape; serving it ends the accumulation.
bool give_accumulated(Context& context, ClientIndex index, Seat& seat, WantedShape& wanted) {
  auto kept = context.state.accumulations.find(index);
  if (kept == context.state.accumulations.end() || kept->second.shape != wanted.shape.name) {
    return false;
  }
  if (!give_task(context, index, seat, wanted, kept->second.agent)) return false;
  drop_accumulation(context, index);
  return true;
}

bool serve_shape(Context& context, const Round& round, ClientIndex index, Seat& seat,
                 std::size_t at) {
  WantedShape& wanted = client_of(context.state, index).shapes[at];
  if (give_accumulated(context, index, seat, wanted)) return true;
  // Filling one agent merges the tasks into one offer; spreading is asked for by per_agent_max.
  std::optional<AgentHandle>& last = seat.lasts[at];
  bool fill = last && wanted.shape.per_agent_max == 0;
  if (fill && give_task(context, index, seat, wanted, *last)) return true;
  last = choose_agent(context, index, wanted.shape, candidates_of(round, seat));
  bool given = last && give_task(context, index, seat, wanted, *last);
  // Served elsewhere: the agent that was being kept free is not needed any more.
  auto kept = context.state.accumulations.find(index);
  bool ends =
      given && kept != context.state.accumulations.end() && kept->second.shape == wanted.shape.name;
  if (ends) drop_accumulation(context, index);
  return given;
}

bool serve_demand(Context& context, const Round& round, ClientIndex index, Seat& seat) {
  const std::vector<WantedShape>& shapes = client_of(context.state, index).shapes;
  for (std::size_t at = 0; at < shapes.size(); ++at) {
    if (seat.failed[at] || shapes[at].unmet() == 0) continue;
    if (serve_shape(context, round, index, seat, at)) return true;
    seat.failed[at] = true;
  }
  return false;
}

bool is_allocatable(const AllocatorConfig& config, const Quantities& amount) {
  if (config.allocatable_cpu_milli_min == 0 && config.allocatable_mem_kib_min == 0) return true;
  return (config.allocatable_cpu_milli_min > 0 &&
          amount[StandardScalar::kCpus] >= config.allocatable_cpu_milli_min) ||
         (config.allocatable_mem_kib_min > 0 &&
          amount[StandardScalar::kMem] >= config.allocatable_mem_kib_min);
}

bool give_agent(Context& context, ClientIndex index, AgentHandle agent) {
  State& state = context.state;
  if (!state.columns[agent.index].open || agent_of(state, agent).free().is_zero()) return false;
  const RoleName& role = role_of(state, client_of(state, index).role).path;
  Resources all = offerable(agent_of(state, agent).free(), role);
  if (all.is_zero() || !is_allocatable(state.config, scalars(all))) return false;
  if (is_backed_off(state, context.now, index, agent) ||
      is_filtered(state, context.now, index, agent, all)) {
    return false;
  }
  if (!may_have_another(context, index, agent)) return false;
  grant(context, index, agent, all);
  return true;
}

bool serve_agent(Context& context, const Round& round, ClientIndex index, Seat& seat) {
  Candidates candidates = candidates_of(round, seat);
  std::size_t count = candidates.size(context.state);
  while (seat.cursor < count) {
    if (give_agent(context, index, candidates.at(context.state, seat.cursor++))) return true;
  }
  return false;
}

void run(Context& context, Round& round) {
  refresh_ranks(context.state);
  Turns turns(context.state);
  if (is_used_up(context.state, round)) {
    turns.begin_with(with_reserved_seats(round));
  } else {
    turns.begin_with_all();
  }
  while (std::optional<ClientIndex> client = turns.next()) {
    // Without a seat: nothing is known about it, and most of those who pass want too much.
    bool passes = !round.seats.contains(*client) && !can_use_any(context, round, *client);
    if (passes) {
      turns.drop();
      continue;
    }
    Seat& seat = seat_of(context.state, round, *client);
    bool given = client_of(context.state, *client).has_demand
                     ? serve_demand(context, round, *client, seat)
                     : serve_agent(context, round, *client, seat);
    if (!given) {
      seat.is_done = true;
      turns.drop();
    } else if (turns.is_with_all() && is_used_up(context.state, round)) {
      turns.begin_with(with_reserved_seats(round));
    } else {
      turns.served();
    }
  }
  for (const auto& [client, seat] : round.seats) note_waits(context, client, seat.served);
}

}  // namespace

void serve(Context& context) {
  drop_unfair_accumulations(context);
  // A round can end an accumulation, which touches the agent that was kept.
  while (!context.touched.empty()) {
    Round round = open_round(context);
    run(context, round);
    drop_unfair_accumulations(context);
  }
}

}  // namespace fairlead::allocation

#include "allocator/seats.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/inventory.h"
#include "allocator/lots.h"
#include "allocator/match.h"
#include "allocator/shares.h"

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

bool is_wanting(const State& state, ClientIndex client) {
  return client_of(state, client).present && client_of(state, client).wants;
}

/// True when the client could be served on an agent that is kept for it.
bool fits_kept(const State& state, ClientIndex client, const Accumulation& kept) {
  const WantedShape* wanted = find_shape(client_of(state, client), kept.shape);
  return wanted != nullptr &&
         std::any_of(kept.agents.begin(), kept.agents.end(), [&](AgentHandle agent) {
           return fits_column(state.columns[agent.index], wanted->shape.amounts.scalars);
         });
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

}  // namespace

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

Seat& seat_of(State& state, Round& round, ClientIndex index) {
  Client& client = client_of(state, index);
  if (client.seat == 0) {
    round.add_seat(index, client.shapes.size());
    client.seat = static_cast<std::uint32_t>(round.seated);
  }
  return round.seats[client.seat - 1];
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

Candidates everywhere(const Round& round) {
  return {.everywhere = true, .start = round.start, .touched = &round.agents, .extra = nullptr};
}

}  // namespace fairlead::allocation

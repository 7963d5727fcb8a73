#include <algorithm>
#include <utility>

#include "allocator/inventory.h"
#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

/// What a client knows in one round. What failed once fails for the whole round.
struct Seat {
  bool everywhere = false;
  std::vector<AgentNumber> extra;
  std::size_t looked_at = 0;                ///< whole agents: so many candidates are done
  std::set<std::string> failed;             ///< shapes
  std::map<std::string, AgentNumber> last;  ///< by shape: fill this one first
  std::set<std::string> served;
};

struct Round {
  std::vector<AgentNumber> agents;
  std::size_t start = 0;
  std::map<ClientNumber, Seat> seats;
  std::set<ClientNumber> touched_clients;  ///< as they were when it was opened
  std::vector<std::pair<ClientNumber, AgentNumber>> touched_pairs;
};

Round open_round(Books& books) {
  Round round;
  for (AgentNumber agent : books.touched_agents) {
    if (books.agents.contains(agent)) round.agents.push_back(agent);
  }
  if (round.agents.size() > 1) allocation::shuffle(round.agents, books.random);
  if (!books.touched_clients.empty() && !books.order.empty()) {
    round.start = books.random.below(books.order.size());
  }
  for (AgentNumber agent : round.agents) {
    std::optional<ClientNumber> keeper = keeper_of(books, agent);
    if (keeper) books.touched_pairs.emplace_back(*keeper, agent);
  }
  for (const auto& [client, agent] : books.touched_pairs) {
    if (wants(books, client) && books.agents.contains(agent)) {
      round.seats[client].extra.push_back(agent);
    }
  }
  for (ClientNumber client : books.touched_clients) {
    if (wants(books, client)) round.seats[client].everywhere = true;
  }
  for (ClientNumber i = 0; !round.agents.empty() && i < books.clients.size(); ++i) {
    if (wants(books, i)) round.seats[i];
  }
  round.touched_clients = std::exchange(books.touched_clients, {});
  round.touched_pairs = std::exchange(books.touched_pairs, {});
  books.touched_agents.clear();
  return round;
}

std::vector<AgentNumber> candidates_of(const Books& books, const Round& round, const Seat& seat) {
  if (!seat.everywhere) {
    std::vector<AgentNumber> all = round.agents;
    all.insert(all.end(), seat.extra.begin(), seat.extra.end());
    return all;
  }
  std::vector<AgentNumber> all = books.order;
  std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(round.start), all.end());
  return all;
}

void charge(Books& books, ClientNumber client) {
  ++books.clients[client].times;
  const RoleName& role = books.clients[client].role;
  ++books.own_times[role];
  for (RoleName at = role; !at.empty(); at = parent_of(at)) ++books.subtree_times[at];
}

Offer& grant(Books& books, ClientNumber client, AgentNumber agent, const Resources& resources) {
  --books.turns_left;
  charge(books, client);
  auto known = std::find_if(books.grants.begin(), books.grants.end(), [&](const Offer& one) {
    return one.client == client && one.agent == agent;
  });
  if (known == books.grants.end()) {
    books.grants.push_back({.client = client, .agent = agent, .resources = {}, .tasks = {}});
    known = std::prev(books.grants.end());
  }
  add(known->resources, resources);
  return *known;
}

std::optional<Resources> cut(const Books& books, ClientNumber client, AgentNumber agent,
                             const DemandShape& shape) {
  if (!may_see(books, client, agent) || !will_do(books, agent, shape)) return std::nullopt;
  bool is_spread = shape.per_agent_max > 0 &&
                   offered_of(books, client, shape.name, agent) >= shape.per_agent_max;
  if (is_spread || is_backed_off(books, client, agent)) return std::nullopt;
  std::optional<Resources> taken = take_placed(books, client, agent, shape);
  if (taken && is_filtered(books, client, agent, *taken)) return std::nullopt;
  if (taken && !quota_allows(books, client, agent, *taken)) return std::nullopt;
  return taken;
}

/// Smaller is better: the preference that holds first, then tasks, then growth.
struct Score {
  std::size_t preference = 0;
  std::uint32_t tasks = 0;
  Share part;
  __int128 growth = 0;
};

Score score_of(const Books& books, ClientNumber client, AgentNumber agent,
               const DemandShape& shape) {
  std::size_t preference = preference_of(books, agent, shape);
  Quantities total = scalars(books.agents.at(agent).total);
  if (shape.per_agent_max > 0) {
    auto held = books.holdings.find({client, agent});
    return {
        .preference = preference,
        .tasks = offered_of(books, client, shape.name, agent),
        .part = held == books.holdings.end() ? Share{} : dominant(scalars(held->second), total)};
  }
  Quantities free = scalars(free_of(books, agent));
  Score score{.preference = preference};
  score.growth = growth_on(books, agent, shape.amounts.scalars.standard);
  // Those that differ in nothing else come in seeded order.
  if (books.config.placement == Placement::kFragmentation) return score;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t need = shape.amounts.scalars.standard[i];
    if (need == 0 || total.standard[i] == 0) continue;
    Share left{free.standard[i] - need, total.standard[i]};
    if (books.config.placement == Placement::kSpread) left.part = left.whole - left.part;
    if (is_less(score.part, 1, left, 1)) score.part = left;
  }
  return score;
}

bool is_better(const Score& a, const Score& b) {
  if (a.preference != b.preference) return a.preference < b.preference;
  if (a.tasks != b.tasks) return a.tasks < b.tasks;
  return a.growth != b.growth ? a.growth < b.growth : is_less(a.part, 1, b.part, 1);
}

std::optional<AgentNumber> choose(const Books& books, ClientNumber client, const DemandShape& shape,
                                  const std::vector<AgentNumber>& candidates) {
  std::optional<AgentNumber> best;
  Score least;
  for (AgentNumber agent : candidates) {
    if (!is_open_in_turn(books, agent) || !cut(books, client, agent, shape)) continue;
    Score score = score_of(books, client, agent, shape);
    if (best && !is_better(score, least)) continue;
    best = agent;
    least = score;
  }
  return best;
}

}  // namespace

bool give_task(Books& books, ClientNumber client, const DemandShape& shape, AgentNumber agent) {
  std::optional<Resources> taken = cut(books, client, agent, shape);
  if (!taken) return false;
  auto& tasks = grant(books, client, agent, *taken).tasks;
  auto known = std::find_if(tasks.begin(), tasks.end(),
                            [&](const auto& one) { return one.first == shape.name; });
  if (known == tasks.end()) known = tasks.insert(known, {shape.name, 0});
  ++known->second;
  return true;
}

namespace {

bool give_task(Books& books, ClientNumber client, Seat& seat, const DemandShape& shape,
               AgentNumber agent) {
  bool given = give_task(books, client, shape, agent);
  if (given) seat.served.insert(shape.name);
  return given;
}

/// As many as a gang has, one after the other; when that is not to be had, none.
bool give_gang(Books& books, ClientNumber client, const DemandShape& shape,
               const std::vector<AgentNumber>& candidates) {
  std::vector<Offer> grants = books.grants;
  std::int64_t turns_left = books.turns_left;
  std::uint64_t times = books.clients[client].times;
  std::map<RoleName, std::uint64_t> own_times = books.own_times;
  std::map<RoleName, std::uint64_t> subtree_times = books.subtree_times;
  bool fills = shape.per_agent_max == 0 && books.config.placement == Placement::kBestFit;
  std::optional<AgentNumber> last;
  std::uint32_t kept_tasks = 0;
  for (AgentNumber agent : kept_for(books, client, shape.name)) {
    while (kept_tasks < shape.gang_size && give_task(books, client, shape, agent)) ++kept_tasks;
  }
  for (std::uint32_t i = kept_tasks; i < shape.gang_size; ++i) {
    if (fills && last && give_task(books, client, shape, *last)) continue;
    last = choose(books, client, shape, candidates);
    if (last) {
      give_task(books, client, shape, *last);
      continue;
    }
    if (books.wrong == WrongRule::kGangsInParts) return true;
    books.grants = std::move(grants);
    books.turns_left = turns_left;
    books.clients[client].times = times;
    books.own_times = std::move(own_times);
    books.subtree_times = std::move(subtree_times);
    return false;
  }
  return true;
}

/// Only where something is new, or room is kept, it is worth a look, and then everywhere.
bool serve_gang(Books& books, const Round& round, ClientNumber client, Seat& seat,
                const DemandShape& shape) {
  std::vector<AgentNumber> candidates = candidates_of(books, round, seat);
  std::vector<AgentNumber> kept = kept_for(books, client, shape.name);
  bool fits_kept = std::any_of(kept.begin(), kept.end(), [&](AgentNumber agent) {
    return cut(books, client, agent, shape).has_value();
  });
  if (!fits_kept && !choose(books, client, shape, candidates)) return false;
  if (books.wrong != WrongRule::kGangsWhereTouched) {
    candidates = candidates_of(books, round, {.everywhere = true});
  }
  if (!give_gang(books, client, shape, candidates)) return false;
  seat.served.insert(shape.name);
  for (Offer& grant : books.grants) {
    bool has_it = std::any_of(grant.tasks.begin(), grant.tasks.end(),
                              [&](const auto& one) { return one.first == shape.name; });
    if (grant.client == client && has_it) grant.bundle = books.offers_made + 1;
  }
  if (!kept.empty()) stop_keeping(books, client);
  return true;
}

bool serve_shape(Books& books, const Round& round, ClientNumber client, Seat& seat,
                 const DemandShape& shape) {
  if (shape.gang_size > 1) return serve_gang(books, round, client, seat, shape);
  const std::optional<Kept>& kept = books.clients[client].kept;
  bool is_kept = kept && kept->shape == shape.name;
  bool given = is_kept && give_task(books, client, seat, shape, kept->agents.front());
  if (given && kept->reclaimed_for) books.clients[client].room_made_at = books.now;
  if (!given) {
    bool fill = shape.per_agent_max == 0 && seat.last.contains(shape.name) &&
                books.config.placement == Placement::kBestFit;
    given = fill && give_task(books, client, seat, shape, seat.last.at(shape.name));
    if (given) return true;
    std::optional<AgentNumber> best =
        choose(books, client, shape, candidates_of(books, round, seat));
    seat.last.erase(shape.name);
    if (!best) return false;
    seat.last[shape.name] = *best;
    given = give_task(books, client, seat, shape, *best);
  }
  // It has one of what the agent was kept for.
  if (given && is_kept) stop_keeping(books, client);
  return given;
}

/// What one turn takes of the shape: a whole gang.
StandardAmounts need_of_turn(const DemandShape& shape) {
  StandardAmounts need = shape.amounts.scalars.standard;
  for (std::int64_t& one : need) one *= shape.gang_size > 1 ? shape.gang_size : 1;
  return need;
}

/// Who may have a turn: all, or only what a guarantee covers.
enum class Asked { kEverybody, kShort };

/// What a guarantee covers may be placed on what is kept for others, if nothing else is there, and
/// take from the tasks held for others, if that does not do either.
bool serve_owed_shape(Books& books, const Round& round, ClientNumber client, Seat& seat,
                      const DemandShape& shape) {
  books.may_use_kept = books.wrong != WrongRule::kKeptFromGuarantees;
  bool given = serve_shape(books, round, client, seat, shape);
  books.may_take_held_tasks = true;
  given = given || serve_shape(books, round, client, seat, shape);
  books.may_use_kept = books.may_take_held_tasks = false;
  return given;
}

bool serve_demand(Books& books, const Round& round, ClientNumber client, Seat& seat, Asked asked) {
  for (const Shape& shape : books.clients[client].shapes) {
    if (seat.failed.contains(shape.demand.name) || unmet_of(books, client, shape) == 0) continue;
    bool may = asked == Asked::kEverybody ||
               (!shape.demand.revocable && is_covered(books, client, need_of_turn(shape.demand)));
    if (may && serve_shape(books, round, client, seat, shape.demand)) return true;
    bool given =
        may && asked == Asked::kShort && serve_owed_shape(books, round, client, seat, shape.demand);
    seat.last.erase(shape.demand.name);
    if (given) return true;
    seat.failed.insert(shape.demand.name);
  }
  return false;
}

}  // namespace

bool give_agent(Books& books, ClientNumber client, AgentNumber agent) {
  if (!is_open_in_turn(books, agent) || !may_see(books, client, agent)) return false;
  Resources all =
      cut_to_quota(books, client, agent, offerable(books, client, free_of(books, agent)));
  if (all.is_zero()) return false;
  bool enough =
      is_large_enough(all, books.clients[client].minimum.value_or(books.config.offer_minimum));
  if (!enough || is_backed_off(books, client, agent) || is_filtered(books, client, agent, all)) {
    return false;
  }
  grant(books, client, agent, all);
  return true;
}

namespace {

bool serve_agent(Books& books, const Round& round, ClientNumber client, Seat& seat, Asked asked) {
  if (asked == Asked::kShort && !is_owed(books, client)) return false;
  std::vector<AgentNumber> candidates = candidates_of(books, round, seat);
  while (seat.looked_at < candidates.size()) {
    if (give_agent(books, client, candidates[seat.looked_at++])) return true;
  }
  if (asked == Asked::kEverybody || books.wrong == WrongRule::kKeptFromGuarantees) return false;
  bool given = false;
  books.may_use_kept = true;
  for (AgentNumber agent : candidates) {
    given = given || (!is_open(books, agent) && give_agent(books, client, agent));
  }
  books.may_use_kept = false;
  return given;
}

void run(Books& books, Round& round, Asked asked) {
  std::set<ClientNumber> waiting;
  for (const auto& [client, seat] : round.seats) waiting.insert(client);
  while (!waiting.empty() && books.turns_left > 0) {
    ClientNumber client = first_of(books, waiting);
    Seat& seat = round.seats[client];
    bool given = books.clients[client].has_demand ? serve_demand(books, round, client, seat, asked)
                                                  : serve_agent(books, round, client, seat, asked);
    if (!given) waiting.erase(client);
  }
}

void run(Books& books, Round& round) {
  if (books.wrong != WrongRule::kNobodyFirst) run(books, round, Asked::kShort);
  for (auto& [client, seat] : round.seats) {
    seat.failed.clear();
    seat.looked_at = 0;
  }
  run(books, round, Asked::kEverybody);
  for (const auto& [client, seat] : round.seats) note_waits(books, client, seat.served);
}

/// The next step goes on where this one ends.
void leave_unserved(Books& books, const Round& round) {
  Unserved& left = books.unserved.emplace();
  left.agents = std::exchange(books.touched_agents, {});
  left.agents.insert(round.agents.begin(), round.agents.end());
  left.clients = std::exchange(books.touched_clients, {});
  left.clients.insert(round.touched_clients.begin(), round.touched_clients.end());
  std::vector<std::pair<ClientNumber, AgentNumber>> pairs = round.touched_pairs;
  pairs.insert(pairs.end(), books.touched_pairs.begin(), books.touched_pairs.end());
  for (const auto& pair : pairs) {
    bool is_known = std::find(left.pairs.begin(), left.pairs.end(), pair) != left.pairs.end();
    if (!is_known) left.pairs.push_back(pair);
  }
  books.touched_pairs.clear();
}

void take_up_unserved(Books& books) {
  if (!books.unserved) return;
  books.touched_agents.merge(books.unserved->agents);
  books.touched_clients.merge(books.unserved->clients);
  books.touched_pairs.insert(books.touched_pairs.end(), books.unserved->pairs.begin(),
                             books.unserved->pairs.end());
  books.unserved.reset();
}

}  // namespace

void serve(Books& books) {
  take_up_unserved(books);
  touch_quota_room(books);
  stop_keeping_above_fair_share(books);
  while (!books.touched_agents.empty() || !books.touched_clients.empty() ||
         !books.touched_pairs.empty()) {
    Round round = open_round(books);
    run(books, round);
    touch_quota_room(books);
    stop_keeping_above_fair_share(books);
    if (books.turns_left <= 0) return leave_unserved(books, round);
  }
}

}  // namespace fairlead::twin

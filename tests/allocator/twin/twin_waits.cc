#include <algorithm>
#include <tuple>

#include "tests/allocator/twin/twin_reclaim.h"

namespace fairlead::twin {
namespace {

Shape* find_shape(Client& client, const std::string& name) {
  for (Shape& shape : client.shapes) {
    if (shape.demand.name == name) return &shape;
  }
  return nullptr;
}

/// The largest part of the shape that is not free on the agent.
Share lack_of(const Books& books, AgentNumber agent, const Quantities& need) {
  Quantities free = scalars(free_of(books, agent));
  Share most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need.standard[i] <= free.standard[i]) continue;
    Share lack{need.standard[i] - free.standard[i], need.standard[i]};
    if (is_less(most, 1, lack, 1)) most = lack;
  }
  return most;
}

/// The open agent that lacks least; none when the shape fits one of them now.
std::optional<AgentNumber> choose(const Books& books, ClientNumber client,
                                  const DemandShape& shape) {
  std::optional<AgentNumber> best;
  Share least;
  for (AgentNumber agent : books.order) {
    if (!is_open(books, agent) || !could_ever_take(books, client, agent, shape)) continue;
    if (cut_out(books, client, free_of(books, agent), shape)) return std::nullopt;
    Share lack = books.clients[client].given_up.contains(agent)
                     ? Share{1, 1}
                     : lack_of(books, agent, shape.amounts.scalars);
    if (best && !is_less(lack, 1, least, 1)) continue;
    best = agent;
    least = lack;
  }
  return best;
}

/// Waiting for room helps: its fair share or a guarantee lets it have the shape, and no limit is
/// against it.
bool is_due(const Books& books, ClientNumber client, const DemandShape& shape) {
  if (shape.revocable) return is_below_fair_share(books, books.clients[client].role);
  StandardAmounts need = shape.amounts.scalars.standard;
  for (std::int64_t& one : need) one *= std::max(1U, shape.gang_size);
  return (is_below_fair_share(books, books.clients[client].role) ||
          is_covered(books, client, need)) &&
         limits_may_allow(books, client, need);
}

std::optional<ClientNumber> gang_keeper(const Books& books) {
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    if (books.clients[i].kept && books.clients[i].kept->gang_size > 1) return i;
  }
  return std::nullopt;
}

/// For all of a gang: the agents that lack least, until they could take it if they were empty.
/// Those of `other` count, those that came to nothing are last.
std::vector<AgentNumber> choose_for_gang(const Books& books, ClientNumber client,
                                         const DemandShape& shape,
                                         std::optional<ClientNumber> other) {
  std::uint32_t fit_now = 0;
  std::vector<std::tuple<AgentNumber, std::uint32_t, Share>> all;
  for (AgentNumber agent : books.order) {
    bool is_others = other && keeper_of(books, agent) == other;
    if (!is_open(books, agent) && !is_others) continue;
    if (!could_ever_take(books, client, agent, shape)) continue;
    std::uint32_t tasks = tasks_in(books, client, books.agents.at(agent).total, shape);
    if (!is_others) fit_now += tasks_in(books, client, free_of(books, agent), shape);
    Quantities need = shape.amounts.scalars;
    for (std::int64_t& one : need.standard) one *= tasks;
    all.emplace_back(agent, tasks, lack_of(books, agent, need));
  }
  if (fit_now >= shape.gang_size) return {};
  const std::set<AgentNumber>& given_up = books.clients[client].given_up;
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    bool is_last_a = given_up.contains(std::get<0>(a));
    bool is_last_b = given_up.contains(std::get<0>(b));
    if (is_last_a != is_last_b) return is_last_b;
    return is_less(std::get<2>(a), 1, std::get<2>(b), 1);
  });
  std::vector<AgentNumber> chosen;
  std::uint32_t could = 0;
  for (const auto& [agent, tasks, lack] : all) {
    chosen.push_back(agent);
    could += tasks;
    if (could >= shape.gang_size) return chosen;
  }
  return {};
}

/// True when agents are kept for it now.
bool keep_for_gang(Books& books, ClientNumber number, const DemandShape& shape, bool& is_behind) {
  std::optional<ClientNumber> other = gang_keeper(books);
  if (books.wrong == WrongRule::kGangsKeepTogether) other.reset();
  bool is_first = !other || (first_of(books, {number, *other}) == number &&
                             books.wrong != WrongRule::kGangsKeepForEver);
  if (!is_first) is_behind = true;
  if (!is_first) return false;
  std::vector<AgentNumber> agents = choose_for_gang(books, number, shape, other);
  if (agents.empty()) return false;
  if (other) stop_keeping(books, *other);
  Instant until = books.now + books.config.accumulate_max;
  Client& client = books.clients[number];
  client.kept =
      Kept{.shape = shape.name, .gang_size = shape.gang_size, .agents = agents, .until = until};
  client.wait_due = until;
  return true;
}

/// Of what is kept, where less is free than it could take.
std::set<AgentNumber> lacking_of(const Books& books, ClientNumber client, const DemandShape& shape,
                                 const std::vector<AgentNumber>& kept) {
  std::set<AgentNumber> lacking;
  for (AgentNumber agent : kept) {
    if (tasks_in(books, client, free_of(books, agent), shape) <
        tasks_in(books, client, books.agents.at(agent).total, shape)) {
      lacking.insert(agent);
    }
  }
  return lacking;
}

void consider(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  client.wait_due.reset();
  if (!wants(books, number) || !client.has_demand) return;
  Duration longest;
  bool is_behind = false;
  Instant reclaim_at = Instant::never();
  for (const Shape& shape : client.shapes) {
    if (unmet_of(books, number, shape) == 0 || shape.waiting_since.is_never()) continue;
    Duration wait = books.now - shape.waiting_since;
    longest = std::max(longest, wait);
    bool is_over = wait >= books.config.accumulate_after;
    if (!is_over) continue;
    if (shape.demand.gang_size > 1) {
      bool is_kept = is_due(books, number, shape.demand) &&
                     keep_for_gang(books, number, shape.demand, is_behind);
      if (is_kept) return;
      continue;
    }
    if (!is_due(books, number, shape.demand)) {
      if (begin_reclaim(books, number, shape)) return;
      Instant first = first_reclaim(books, number, shape);
      if (first > books.now) reclaim_at = std::min(reclaim_at, first);
      continue;
    }
    std::optional<AgentNumber> agent = choose(books, number, shape.demand);
    if (!agent) continue;
    Instant until = books.now + books.config.accumulate_max;
    client.kept = Kept{.shape = shape.demand.name,
                       .gang_size = shape.demand.gang_size,
                       .agents = {*agent},
                       .until = until};
    client.kept->reclaim_at = first_reclaim(books, number, shape);
    client.wait_due = std::min(until, client.kept->reclaim_at);
    return;
  }
  const AllocatorConfig& config = books.config;
  Duration again = is_behind ? config.accumulate_after
                             : std::clamp(longest, config.accumulate_after, config.accumulate_max);
  client.wait_due = std::min(reclaim_at, books.now + again);
}

/// For what an agent is kept for; again later when others cannot make room now.
void look_for_reclaim(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  const Shape* shape = find_shape(client, client.kept->shape);
  if (shape != nullptr && begin_reclaim(books, number, *shape)) return;
  client.kept->reclaim_at = books.now + books.config.reclaim_after;
  client.wait_due = std::min(client.kept->until, client.kept->reclaim_at);
}

}  // namespace

void note_waits(Books& books, ClientNumber number, const std::set<std::string>& served) {
  Client& client = books.clients[number];
  if (!client.has_demand) return;
  Instant first = Instant::never();
  for (Shape& shape : client.shapes) {
    bool waits = wants(books, number) && unmet_of(books, number, shape) > 0;
    if (!waits) {
      shape.waiting_since = Instant::never();
    } else if (shape.waiting_since.is_never() || served.contains(shape.demand.name)) {
      shape.waiting_since = books.now;
    }
    first = std::min(first, shape.waiting_since);
  }
  if (client.kept) return;
  if (first.is_never()) {
    client.wait_due.reset();
  } else if (!client.wait_due || *client.wait_due <= books.now) {
    client.wait_due = std::max(first, books.now) + books.config.accumulate_after;
  }
}

void stop_keeping(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  if (!client.kept) return;
  end_reclaim(books, number);
  books.touched_agents.insert(client.kept->agents.begin(), client.kept->agents.end());
  client.kept.reset();
  client.wait_due.reset();
  if (wants(books, number)) client.wait_due = books.now + books.config.accumulate_after;
}

void stop_keeping_if_stale(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  if (!client.kept) return;
  const Shape* shape = find_shape(client, client.kept->shape);
  bool is_needed = wants(books, number) && shape != nullptr &&
                   unmet_of(books, number, *shape) > 0 &&
                   std::max(1U, shape->demand.gang_size) == std::max(1U, client.kept->gang_size);
  if (!is_needed) stop_keeping(books, number);
}

void stop_keeping_above_fair_share(Books& books) {
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    if (!books.clients[i].kept) continue;
    const Shape* shape = find_shape(books.clients[i], books.clients[i].kept->shape);
    bool is_fair = books.clients[i].kept->reclaimed_for ? is_called_for(books, i)
                                                        : is_due(books, i, shape->demand);
    if (!is_fair) stop_keeping(books, i);
  }
}

void expire_waits(Books& books) {
  while (true) {
    std::optional<ClientNumber> first;
    for (ClientNumber i = 0; i < books.clients.size(); ++i) {
      const std::optional<Instant>& due = books.clients[i].wait_due;
      if (!due || *due > books.now) continue;
      if (!first || *due < *books.clients[*first].wait_due) first = i;
    }
    if (!first) return;
    Client& client = books.clients[*first];
    if (!client.kept) {
      consider(books, *first);
      continue;
    }
    if (books.now < client.kept->until) {
      look_for_reclaim(books, *first);
      continue;
    }
    Shape* shape = find_shape(client, client.kept->shape);
    if (shape != nullptr) {
      shape->waiting_since = books.now;
      client.given_up = lacking_of(books, *first, shape->demand, client.kept->agents);
    }
    stop_keeping(books, *first);
  }
}

}  // namespace fairlead::twin

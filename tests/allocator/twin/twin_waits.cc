#include <algorithm>

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
    Share lack = books.clients[client].given_up == agent
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
  const StandardAmounts& need = shape.amounts.scalars.standard;
  return (is_below_fair_share(books, books.clients[client].role) ||
          is_covered(books, client, need)) &&
         limits_may_allow(books, client, need);
}

void consider(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  client.wait_due.reset();
  if (!wants(books, number) || !client.has_demand) return;
  Duration longest;
  Instant reclaim_at = Instant::never();
  for (const Shape& shape : client.shapes) {
    if (unmet_of(books, number, shape) == 0 || shape.waiting_since.is_never()) continue;
    Duration wait = books.now - shape.waiting_since;
    longest = std::max(longest, wait);
    bool is_over = wait >= books.config.accumulate_after;
    if (!is_over || shape.demand.gang_size > 1) continue;
    if (!is_due(books, number, shape.demand)) {
      if (begin_reclaim(books, number, shape)) return;
      Instant first = first_reclaim(books, number, shape);
      if (first > books.now) reclaim_at = std::min(reclaim_at, first);
      continue;
    }
    std::optional<AgentNumber> agent = choose(books, number, shape.demand);
    if (!agent) continue;
    Instant until = books.now + books.config.accumulate_max;
    client.kept = Kept{.shape = shape.demand.name, .agent = *agent, .until = until};
    client.kept->reclaim_at = first_reclaim(books, number, shape);
    client.wait_due = std::min(until, client.kept->reclaim_at);
    return;
  }
  client.wait_due = std::min(
      reclaim_at,
      books.now + std::clamp(longest, books.config.accumulate_after, books.config.accumulate_max));
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
  books.touched_agents.insert(client.kept->agent);
  client.kept.reset();
  client.wait_due.reset();
  if (wants(books, number)) client.wait_due = books.now + books.config.accumulate_after;
}

void stop_keeping_if_stale(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  if (!client.kept) return;
  const Shape* shape = find_shape(client, client.kept->shape);
  bool is_needed = wants(books, number) && shape != nullptr &&
                   unmet_of(books, number, *shape) > 0 && shape->demand.gang_size <= 1;
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
    client.given_up = client.kept->agent;
    Shape* shape = find_shape(client, client.kept->shape);
    if (shape != nullptr) shape->waiting_since = books.now;
    stop_keeping(books, *first);
  }
}

}  // namespace fairlead::twin

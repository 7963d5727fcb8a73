#include <algorithm>

#include "tests/allocator/twin/twin.h"
#include "tests/allocator/twin/twin_refusals.h"

namespace fairlead::twin {
namespace {

Instant next_change(const Books& books, const Refusal& refusal) {
  Instant forget = refusal.backoff_until;
  if (refusal.backoff.ns > 0) forget = forget + books.config.backoff_max;
  Instant next = std::max(refusal.hidden_until, forget);
  for (Instant end : {refusal.hidden_until, refusal.backoff_until}) {
    if (end > books.now) next = std::min(next, end);
  }
  return next;
}

/// The back-off is over, and so is the refusal unless a filter lasts.
void end_backoff(Books& books, ClientNumber client, AgentNumber agent) {
  Refusal& refusal = books.clients[client].refusals.at(agent);
  refusal.backoff = Duration{};
  refusal.backoff_until = std::min(refusal.backoff_until, books.now);
  refusal.due = next_change(books, refusal);
  if (refusal.hidden_until <= books.now) books.clients[client].refusals.erase(agent);
}

/// The batch mode's: each by itself, and nothing is backed off.
void arm_filter(Books& books, ClientNumber client, AgentNumber agent, const Refused& refused) {
  Duration hide_for = refused.hide_for.ns < 0 ? seconds(5) : refused.hide_for;
  bool hides = hide_for.ns > 0 && !refused.resources.is_zero() && books.clients[client].subscribed;
  if (!hides) return;
  hide_for = std::min(std::max(hide_for, books.config.interval), books.config.filter_max);
  books.batch.filters.push_back({.client = client,
                                 .agent = agent,
                                 .hidden = refused.resources,
                                 .armed = books.now,
                                 .until = books.now + hide_for});
}

}  // namespace

void refuse(Books& books, ClientNumber client, AgentNumber agent, const Refused& refused) {
  if (is_batch(books)) return arm_filter(books, client, agent, refused);
  Duration hide_for = std::min(refused.hide_for, books.config.filter_max);
  bool hides = hide_for.ns > 0 && !refused.resources.is_zero();
  if (!books.clients[client].subscribed || (!hides && !refused.declined)) return;
  Refusal fresh{.hidden = {},
                .hidden_until = books.now,
                .free_then = {},
                .backoff_until = books.now,
                .backoff = {},
                .due = books.now};
  Refusal& refusal = books.clients[client].refusals.try_emplace(agent, fresh).first->second;
  if (hides) {
    bool old_lasts = refusal.hidden_until > books.now;
    if (!old_lasts || contains(refused.resources, refusal.hidden)) {
      refusal.hidden = refused.resources;
    } else if (!contains(refusal.hidden, refused.resources)) {
      add(refusal.hidden, refused.resources);
    }
    refusal.hidden_until = std::max(refusal.hidden_until, books.now + hide_for);
  }
  if (refused.declined) {
    bool is_first = refusal.backoff.ns == 0;
    refusal.backoff = is_first ? books.config.backoff_min
                               : std::min(refusal.backoff * 2, books.config.backoff_max);
    refusal.backoff_until = books.now + refusal.backoff;
    refusal.free_then = free_of(books, agent);
  }
  refusal.due = next_change(books, refusal);
}

void forget_refusals(Books& books, ClientNumber client) {
  books.clients[client].refusals.clear();
  std::erase_if(books.batch.filters, [&](const Filter& one) { return one.client == client; });
}

void forget_refusals_on(Books& books, AgentNumber agent) {
  for (Client& client : books.clients) client.refusals.erase(agent);
  std::erase_if(books.batch.filters, [&](const Filter& one) { return one.agent == agent; });
}

void forgive(Books& books, ClientNumber client, AgentNumber agent) {
  if (books.clients[client].refusals.contains(agent)) end_backoff(books, client, agent);
}

void forgive_everywhere(Books& books, ClientNumber client) {
  for (const auto& [number, agent] : books.agents) forgive(books, client, number);
}

void expire_refusals(Books& books) {
  // A client's pairs in the order in which they end.
  std::vector<std::tuple<Instant, ClientNumber, AgentNumber>> due;
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    for (const auto& [agent, refusal] : books.clients[i].refusals) {
      if (refusal.due <= books.now) due.emplace_back(refusal.due, i, agent);
    }
  }
  std::sort(due.begin(), due.end());
  for (const auto& [at, client, agent] : due) {
    books.touched_pairs.emplace_back(client, agent);
    Refusal& refusal = books.clients[client].refusals.at(agent);
    refusal.due = next_change(books, refusal);
    if (refusal.due <= books.now) books.clients[client].refusals.erase(agent);
  }
}

}  // namespace fairlead::twin

#include <algorithm>

#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

void add_debt(Quantities& counted, const StandardAmounts& debt) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) counted.standard[i] += debt[i];
}

}  // namespace

/// From charge to charge, and to now: halved at every multiple of the half-life in between.
StandardAmounts debt_of(const Books& books, ClientNumber client) {
  StandardAmounts debt{};
  std::int64_t span = books.config.lease_half_life.ns;
  std::int64_t halvings = 0;
  auto pass_to = [&](Instant at) {
    for (; halvings < at.ns / span; ++halvings) {
      for (std::int64_t& amount : debt) amount /= 2;
    }
  };
  for (const auto& [at, charge] : books.clients[client].charges) {
    pass_to(at);
    for (std::size_t i = 0; i < kStandardScalars; ++i) debt[i] += charge[i];
  }
  pass_to(books.now);
  return debt;
}

Quantities counted_for(const Books& books, ClientNumber client) {
  Quantities counted = used_by(books, client);
  add_debt(counted, debt_of(books, client));
  return counted;
}

Quantities counted_for(const Books& books, const RoleName& role, bool with_sub_roles) {
  Quantities counted = used_by(books, role, with_sub_roles);
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    const Client& client = books.clients[i];
    bool counts = client.role == role || (with_sub_roles && is_within(client.role, role));
    if (client.present && counts) add_debt(counted, debt_of(books, i));
  }
  return counted;
}

void charge_lease(Books& books, const Offer& offer) {
  Duration beyond = books.now - offer.since - books.config.lease_free;
  if (beyond.ns <= 0) return;
  beyond = std::min(beyond, books.config.lease_half_life);
  StandardAmounts charge{};
  Quantities held = scalars(offer.resources);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    charge[i] = static_cast<std::int64_t>(static_cast<__int128>(held.standard[i]) * beyond.ns /
                                          books.config.lease_doubling.ns);
  }
  books.clients[offer.client].charges.emplace_back(books.now, charge);
}

bool note_answer(Books& books, const Offer& offer, bool expired) {
  Client& client = books.clients[offer.client];
  // Those that were out when the last one ended are of the same row.
  bool is_next = client.unanswered == 0 || offer.since >= client.unanswered_at;
  if (!expired) {
    client.unanswered = 0;
  } else if (is_next) {
    ++client.unanswered;
    client.unanswered_at = books.now;
  }
  return expired && client.unanswered >= books.config.lease_unanswered_max;
}

}  // namespace fairlead::twin

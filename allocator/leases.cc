#include "allocator/leases.h"

#include <algorithm>
#include <utility>

#include "allocator/ranking.h"
#include "allocator/shares.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

constexpr StandardAmounts kNoDebt{};

/// The client owes `debt` from now on.
void set_debt(State& state, ClientIndex index, const StandardAmounts& debt) {
  const StandardAmounts before = client_of(state, index).usage.debt;
  auto change = [&](StandardAmounts& sum) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += debt[i] - before[i];
  };
  along_path(state, index, [&](Usage& usage) { change(usage.debt); });
  change(state.leases.total);
  if (debt == kNoDebt) {
    state.leases.debtors.erase(index);
  } else {
    state.leases.debtors.insert(index);
  }
  note_rank(state, index);
}

/// The first multiple of the half-life after now.
Instant next_halving(const State& state) {
  std::int64_t span = state.config.lease_half_life.ns;
  return {(state.now.ns / span + 1) * span};
}

}  // namespace

void charge_lease(State& state, const Offered& offer) {
  const AllocatorConfig& config = state.config;
  Duration beyond = std::min(state.now - offer.since - config.lease_free, config.lease_half_life);
  if (beyond.ns <= 0 || config.lease_doubling.ns == 0) return;
  const Quantities held = scalars(offer.resources);
  StandardAmounts debt = client_of(state, offer.client).usage.debt;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    __int128 charge =
        static_cast<__int128>(held.standard[i]) * beyond.ns / config.lease_doubling.ns;
    __int128 room = limits::kLeaseDebtMax - state.leases.total[i];
    debt[i] += static_cast<std::int64_t>(std::min(charge, room));
  }
  set_debt(state, offer.client, debt);
}

bool note_answer(State& state, const Offered& offer, bool expired) {
  Client& client = client_of(state, offer.client);
  if (!expired) {
    client.unanswered = 0;
    return false;
  }
  if (client.unanswered == 0 || offer.since >= client.unanswered_at) {
    ++client.unanswered;
    client.unanswered_at = state.now;
  }
  return client.unanswered >= state.config.lease_unanswered_max;
}

void halve_debts(State& state) {
  if (state.now < state.leases.halving_due) return;
  std::int64_t span = state.config.lease_half_life.ns;
  std::int64_t halvings = (state.now - state.leases.halving_due).ns / span + 1;
  state.leases.halving_due = next_halving(state);
  // Of 63 bits nothing is left then.
  const auto bits = static_cast<int>(std::min<std::int64_t>(halvings, 62));
  const std::set<ClientIndex> debtors = state.leases.debtors;
  for (ClientIndex index : debtors) {
    StandardAmounts debt = client_of(state, index).usage.debt;
    for (std::int64_t& amount : debt) amount >>= bits;
    set_debt(state, index, debt);
  }
}

void forget_debt(State& state, ClientIndex index) {
  if (state.leases.debtors.contains(index)) set_debt(state, index, kNoDebt);
}

Fraction counted_share(const Usage& usage, const Quantities& cluster) {
  if (usage.debt == kNoDebt) return dominant_of(usage.used, cluster);
  Quantities counted = usage.used;
  for (std::size_t i = 0; i < kStandardScalars; ++i) counted.standard[i] += usage.debt[i];
  return dominant_of(counted, cluster);
}

}  // namespace fairlead::allocation

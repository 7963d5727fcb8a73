// Offers are leases: who holds one and does not answer pays for the time, so that others come
// first. An offer that ends, however it ends, leaves its client a debt for every moment beyond
// lease_free: amount x time beyond / lease_doubling, for at most one lease_half_life. The debt
// counts beside what the client uses when it is ranked, and when its role and those above it are:
// inside the role the slow one comes last, outside it costs the role. Nothing else counts it:
// neither quota nor whether a role is below its fair share.
//
// Debts are halved at fixed instants, the multiples of lease_half_life, whenever the next step
// comes; a client that leaves its role leaves its debt behind. All debts together stay below
// limits::kLeaseDebtMax.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// The offer has ended now. Nothing for one that was held for lease_free at most, else
/// O(role depth).
void charge_lease(State& state, const Offered& offer);

/// Whether it was answered: to be told of every offer that its framework or its time ended. True
/// when it was the last of so many in a row without an answer that it counts as declined; offers
/// that were out together count once.
bool note_answer(State& state, const Offered& offer, bool expired);

/// Applies the halvings that are due. O(clients with a debt x role depth) at one, else O(1).
void halve_debts(State& state);
/// Before the client is forgotten.
void forget_debt(State& state, ClientIndex client);

/// The dominant fraction of what is used and owed together.
Fraction counted_share(const Usage& usage, const Quantities& cluster);

}  // namespace fairlead::allocation

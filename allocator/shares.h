// Dominant shares, exact. A share is the largest of used / cluster total over the scalars whose
// total is above 0 and which are not excluded (State::cluster_shared has only those), divided by
// the weight; shares are compared by cross multiplication in 128 bits (common/limits.h proves that
// it fits). What is used is kept up to date by every charge; a share
// follows from it whenever somebody needs it.
// The algorithm: Ghodsi et al., "Dominant Resource Fairness", NSDI 2011, with weights.
#pragma once

#include <compare>

#include "allocator/context.h"
#include "allocator/quota_notes.h"

namespace fairlead::allocation {

/// a / weight_a against b / weight_b.
std::strong_ordering compare(const Fraction& a, std::int64_t weight_milli_a, const Fraction& b,
                             std::int64_t weight_milli_b);

/// The dominant fraction of `used`; `name`, when given, is set to the resource ("" if none).
Fraction dominant_of(const Quantities& used, const Quantities& cluster,
                     std::string* name = nullptr);

/// Leaves out what does not count in shares (AllocatorConfig::fair_share_excluded).
Quantities without_excluded(const AllocatorConfig& config, Quantities amounts);

/// Applies `change` to the usage of the client and of everything above it.
template <class Change>
void along_path(State& state, ClientIndex client, Change change) {
  change(client_of(state, client).usage);
  RoleIndex at = client_of(state, client).role;
  change(role_of(state, at).own);
  for (; at != kRootRole; at = role_of(state, at).parent) {
    change(role_of(state, at).subtree);
    note_quota(state, at);
  }
  change(role_of(state, kRootRole).subtree);
}

/// Counts an offer to `client`: it was chosen once more. O(role depth).
void charge_offered(State& state, ClientIndex client, const Resources& resources);
void release_offered(State& state, ClientIndex client, const Resources& resources);
/// The same, and it was not chosen either: the inverse of charge_offered().
void uncharge_offered(State& state, ClientIndex client, const Resources& resources);
/// Counts what it holds.
void charge_held(State& state, ClientIndex client, const Resources& resources);
void release_held(State& state, ClientIndex client, const Resources& resources);
/// After a change of who wants something, of what is used there or of its weight: keeps
/// RoleNode::competing_weights. O(role depth).
void refresh_competition(State& state, RoleIndex role);
/// The offer was used: the share stays as it is.
void offered_becomes_held(State& state, ClientIndex client, const Resources& resources);

}  // namespace fairlead::allocation

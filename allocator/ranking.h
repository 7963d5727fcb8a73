// Who comes first, kept up to date: in every role an order of the clients that want something, and
// one of the sub-roles with such clients (the virtual leaf among them), by share (rank_list.h).
// Both know of every part of the order what the least is that somebody there can use, so that a
// walk (turns.h) leaves out all who want more than there is. A change notes its client, and
// refresh_ranks() moves what was noted. The orders hold copies of the shares, so that they stay in
// order until then. Internal to allocator/.
#pragma once

#include <compare>

#include "allocator/context.h"

namespace fairlead::allocation {

/// Its share, its count, or what it wants has changed. O(1).
void note_rank(State& state, ClientIndex client);
/// Its weight has changed. O(1).
void note_rank(State& state, RoleIndex role);
/// Takes a client that wants nothing out at once, before it is forgotten. O(depth log siblings);
/// as refresh_ranks() after a change of the cluster's total.
void forget_rank(State& state, ClientIndex client);
/// O(noted x depth log siblings); O(roles + clients), with a logarithm where the order has changed,
/// after a change of the cluster's total.
void refresh_ranks(State& state);

/// Of one that is asked in any case, whatever there is: below every amount.
inline constexpr std::int64_t kAskedNeed = -1;

enum class Rank { kClient, kSibling };

/// A client's number is its index.
inline RankNode& rank_node(State& state, Rank rank, std::uint32_t number) {
  if (rank == Rank::kClient) return state.clients[number].rank;
  RoleNode& role = state.roles[number / 2];
  return number % 2 == 0 ? role.rank : role.leaf_rank;
}

constexpr std::uint32_t sibling_number(RoleIndex role, bool is_leaf) {
  return 2 * role.index + (is_leaf ? 1U : 0U);
}

/// Of two entries or places of one order: `equal` when only comes_before() can tell.
template <class A, class B>
std::strong_ordering by_key(const A& a, const B& b) {
  if (a.key != b.key) return a.key <=> b.key;
  if (a.scale == kNoScale || a.scale != b.scale) return std::strong_ordering::equal;
  if (a.times != b.times) return a.times <=> b.times;
  return a.name_key <=> b.name_key;
}
/// True when `a` is served before `b`: smaller share, then chosen less often, then by name.
/// REQUIRES two of one order.
bool comes_before(const State& state, Rank rank, const Ranked& a, const Ranked& b);
/// The same of any two clients, decided where their ways to the root meet. O(role depth).
bool is_served_before(const State& state, ClientIndex a, ClientIndex b);
/// As things are now.
Ranked ranked(const State& state, ClientIndex client);
Ranked ranked(const State& state, RoleIndex role);
Ranked ranked_leaf(const State& state, RoleIndex role);

}  // namespace fairlead::allocation

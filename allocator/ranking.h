// Who comes first, kept up to date: in every role a tree of the clients that want something, and
// one of the sub-roles with such clients (the virtual leaf among them), by share. Both know of
// every part of the order what the least is that somebody there can use, so that a walk
// (turns.h) leaves out all who want more than there is. A change notes its client, and
// refresh_ranks() moves what was noted. The trees hold copies of the shares, so that they stay in
// order until then. Internal to allocator/.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Its share, its count, or what it wants has changed. O(1).
void note_rank(State& state, ClientIndex client);
/// Its weight has changed. O(1).
void note_rank(State& state, RoleIndex role);
/// Takes a client that wants nothing out at once, before it is forgotten. O(depth log siblings).
void forget_rank(State& state, ClientIndex client);
/// O(noted x depth log siblings); O(roles + clients), with a logarithm where the order has changed,
/// after a change of the cluster's total.
void refresh_ranks(State& state);

/// Of one that is asked in any case, whatever there is: below every amount.
inline constexpr std::int64_t kAskedNeed = -1;

enum class Rank { kClient, kSibling };

/// The members of a role's trees, as order_tree.h asks for them.
struct RankMembers {
  State& state;
  Rank rank = Rank::kClient;

  /// A client's number is its index. Here, because every step down a tree asks for it.
  RankNode& node(std::uint32_t number) const {
    if (rank == Rank::kClient) return state.clients[number].rank;
    RoleNode& role = state.roles[number / 2];
    return number % 2 == 0 ? role.rank : role.leaf_rank;
  }
  TreeLinks& links(std::uint32_t number) const { return node(number).links; }
  bool is_before(std::uint32_t a, std::uint32_t b) const;
  void sum_up(std::uint32_t number) const;
};

constexpr std::uint32_t sibling_number(RoleIndex role, bool is_leaf) {
  return 2 * role.index + (is_leaf ? 1U : 0U);
}

/// True when `a` is served before `b`: smaller share, then chosen less often, then by name.
/// REQUIRES two of one tree.
bool comes_before(const State& state, Rank rank, const Ranked& a, const Ranked& b);
/// As things are now.
Ranked ranked(const State& state, ClientIndex client);
Ranked ranked(const State& state, RoleIndex role);
Ranked ranked_leaf(const State& state, RoleIndex role);

}  // namespace fairlead::allocation

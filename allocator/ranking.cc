#include "allocator/ranking.h"

#include <algorithm>
#include <utility>

#include "allocator/demand.h"
#include "allocator/headroom.h"
#include "allocator/quota.h"
#include "allocator/quota_notes.h"
#include "allocator/shares.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

using Tree = OrderTree<RankMembers>;

Tree clients_tree(State& state, RoleIndex role) {
  return {RankMembers{state, Rank::kClient}, role_of(state, role).client_root};
}

Tree siblings_tree(State& state, RoleIndex role) {
  return {RankMembers{state, Rank::kSibling}, role_of(state, role).sibling_root};
}

/// What the least is that somebody of the tree can use.
StandardAmounts least_in(const RankMembers& members, std::uint32_t root) {
  if (root != kNoSlot) return members.node(root).least;
  StandardAmounts nobody;
  nobody.fill(limits::kQuantityMax);
  return nobody;
}

/// Puts it in, moves it to where it belongs now, or takes it out.
void set(Tree tree, std::uint32_t number, RankNode& node, const Ranked& now,
         const StandardAmounts& need, bool wanted, bool is_short = false) {
  bool stays = node.is_in && wanted && node.ranked == now;
  if (stays) {
    if (node.need == need && node.is_short == is_short) return;
    node.need = need;
    node.is_short = is_short;
    tree.refresh(number);
    return;
  }
  if (node.is_in) tree.erase(number);
  node.is_in = wanted;
  if (!wanted) return;
  node.ranked = now;
  node.need = need;
  node.is_short = is_short;
  tree.insert(number);
}

void refresh_client(State& state, ClientIndex index) {
  Client& client = client_of(state, index);
  StandardAmounts need{};
  if (client.wants && client.is_asked) {
    need.fill(kAskedNeed);
  } else if (client.wants && !client.has_demand && has_quotas(state) &&
             is_spent(state, client.role)) {
    need.fill(limits::kQuantityMax);
  } else if (client.wants) {
    need = least_need(client);
  }
  set(clients_tree(state, client.role), index.index, client.rank, ranked(state, index), need,
      client.wants);
}

/// The role's leaf, and the role and its ancestors among their siblings.
void refresh_path(State& state, RoleIndex index) {
  RankMembers clients{state, Rank::kClient};
  RankMembers siblings{state, Rank::kSibling};
  RoleNode& role = role_of(state, index);
  set(siblings_tree(state, index), sibling_number(index, true), role.leaf_rank,
      ranked_leaf(state, index), least_in(clients, role.client_root), role.client_root != kNoSlot);
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    RoleNode& one = role_of(state, at);
    set(siblings_tree(state, one.parent), sibling_number(at, false), one.rank, ranked(state, at),
        least_in(siblings, one.sibling_root), one.sibling_root != kNoSlot, one.short_roles > 0);
  }
}

/// Brings the places of a whole tree up to date. Seldom changes the order.
void reorder(const RankMembers& members, std::uint32_t& root, std::vector<std::uint32_t>& room) {
  room.clear();
  each_in_order(members, root, [&](std::uint32_t number) { room.push_back(number); });
  for (std::uint32_t number : room) {
    Ranked& known = members.node(number).ranked;
    if (members.rank == Rank::kClient) {
      known = ranked(members.state, ClientIndex{known.index});
    } else {
      RoleIndex role{known.index};
      known = known.is_leaf ? ranked_leaf(members.state, role) : ranked(members.state, role);
    }
  }
  auto before = [&](std::uint32_t a, std::uint32_t b) { return members.is_before(a, b); };
  if (std::is_sorted(room.begin(), room.end(), before)) return;
  root = kNoSlot;
  for (std::uint32_t number : room) Tree(members, root).insert(number);
}

void refresh_all(State& state) {
  std::vector<std::uint32_t> room;
  for (RoleNode& role : state.roles) {
    reorder({state, Rank::kClient}, role.client_root, room);
    reorder({state, Rank::kSibling}, role.sibling_root, room);
  }
}

}  // namespace

bool RankMembers::is_before(std::uint32_t a, std::uint32_t b) const {
  return comes_before(state, rank, node(a).ranked, node(b).ranked);
}

void RankMembers::sum_up(std::uint32_t number) const {
  RankNode& one = node(number);
  StandardAmounts least = one.need;
  bool is_any_short = one.is_short;
  for (std::uint32_t below : {one.links.left, one.links.right}) {
    if (below == kNoSlot) continue;
    const StandardAmounts& there = node(below).least;
    is_any_short = is_any_short || node(below).is_any_short;
    for (std::size_t i = 0; i < kStandardScalars; ++i) least[i] = std::min(least[i], there[i]);
  }
  one.least = least;
  one.is_any_short = is_any_short;
}

bool comes_before(const State& state, Rank rank, const Ranked& a, const Ranked& b) {
  std::strong_ordering by_share = compare(a.share, a.weight_milli, b.share, b.weight_milli);
  if (by_share != 0) return by_share < 0;
  if (a.times != b.times) return a.times < b.times;
  if (rank == Rank::kClient) {
    return framework_of(state, state.clients[a.index].framework).id <
           framework_of(state, state.clients[b.index].framework).id;
  }
  // The leaf is called "<path>/.", which sorts before every sub-role.
  if (a.is_leaf != b.is_leaf) return a.is_leaf;
  return state.roles[a.index].path < state.roles[b.index].path;
}

Ranked ranked(const State& state, ClientIndex client) {
  const Usage& usage = client_of(state, client).usage;
  return {
      .share = dominant_of(usage.used, state.cluster), .times = usage.times, .index = client.index};
}

Ranked ranked(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return {.share = dominant_of(role.subtree.used, state.cluster),
          .weight_milli = role.weight_milli,
          .times = role.subtree.times,
          .index = index.index};
}

Ranked ranked_leaf(const State& state, RoleIndex index) {
  const Usage& own = role_of(state, index).own;
  return {.share = dominant_of(own.used, state.cluster),
          .times = own.times,
          .index = index.index,
          .is_leaf = true};
}

void note_rank(State& state, ClientIndex index) {
  Client& client = client_of(state, index);
  if (client.is_rank_noted) return;
  client.is_rank_noted = true;
  state.noted_clients.push_back(index);
}

void note_rank(State& state, RoleIndex role) {
  state.noted_roles.push_back(role);
}

void forget_rank(State& state, ClientIndex index) {
  refresh_client(state, index);
  refresh_path(state, client_of(state, index).role);
}

void refresh_ranks(State& state) {
  if (has_quotas(state)) refresh_headroom(state);
  if (std::exchange(state.are_shares_new, false)) refresh_all(state);
  for (ClientIndex index : state.noted_clients) {
    Client& client = client_of(state, index);
    client.is_rank_noted = false;
    if (!client.present) continue;
    refresh_client(state, index);
    refresh_path(state, client.role);
  }
  for (RoleIndex role : state.noted_roles) {
    if (role_of(state, role).present) refresh_path(state, role);
  }
  state.noted_clients.clear();
  state.noted_roles.clear();
}

}  // namespace fairlead::allocation

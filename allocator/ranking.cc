#include "allocator/ranking.h"

#include <limits>
#include <utility>

#include "allocator/demand.h"
#include "allocator/headroom.h"
#include "allocator/leases.h"
#include "allocator/quota.h"
#include "allocator/quota_notes.h"
#include "allocator/shares.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// Of clients and leaves.
constexpr std::int64_t kOwnWeightMilli = 1000;

/// floor(share / weight x 2^63), at most what fits: never in another order than the exact share.
std::uint64_t key_of(const Fraction& share, std::int64_t weight_milli) {
  if (share.part <= 0) return 0;
  auto part = static_cast<unsigned __int128>(share.part) << 63U;
  unsigned __int128 key =
      part / (static_cast<unsigned __int128>(share.whole) * static_cast<unsigned>(weight_milli));
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  return key > kMost ? kMost : static_cast<std::uint64_t>(key);
}

/// The order of one list.
struct Before {
  State& state;
  Rank rank;

  bool operator()(const RankEntry& a, const RankEntry& b) const {
    if (a.key != b.key) return a.key < b.key;
    return a.number != b.number &&
           comes_before(state, rank, rank_node(state, rank, a.number).ranked,
                        rank_node(state, rank, b.number).ranked);
  }
};

/// Puts it in, moves it to where it belongs now, or takes it out.
void set(RankList& list, const Before& before, std::uint32_t number, const Ranked& now,
         const RankSum& wanted, bool is_in) {
  RankNode& node = rank_node(before.state, before.rank, number);
  bool is_same = node.is_in && is_in && node.ranked == now && node.need == wanted.least &&
                 node.is_short == wanted.is_short;
  if (is_same) return;
  bool was_in = std::exchange(node.is_in, is_in);
  if (!was_in && !is_in) return;
  RankList::Place place;
  if (was_in) place = list.find({.key = node.ranked.key, .number = number}, before);
  if (!is_in) return list.erase(place);
  node.ranked = now;
  node.need = wanted.least;
  node.is_short = wanted.is_short;
  RankEntry entry{now.key, number, node.is_short, node.need};
  if (was_in) {
    list.move(place, entry, before);
  } else {
    list.insert(entry, before);
  }
}

void refresh_client(State& state, ClientIndex index) {
  Client& client = client_of(state, index);
  StandardAmounts need{};
  if (client.wants && client.is_asked) {
    need.fill(kAskedNeed);
  } else if (client.wants && !client.has_demand && has_quotas(state) && !client.minimum &&
             !framework_of(state, client.framework).capabilities.revocable &&
             is_spent(state, client.role)) {
    need.fill(limits::kQuantityMax);
  } else if (client.wants) {
    need = least_need(client);
  }
  set(role_of(state, client.role).clients_ranked, {state, Rank::kClient}, index.index,
      ranked(state, index), {.least = need}, client.wants);
}

Ranked ranked_with(const RoleNode& role, RoleIndex index, const Fraction& share) {
  return {.key = key_of(share, role.weight_milli),
          .share = share,
          .weight_milli = role.weight_milli,
          .times = role.subtree.times,
          .index = index.index,
          .name_key = role.name_key};
}

/// The role's leaf, and the role and its ancestors among their siblings.
void refresh_path(State& state, RoleIndex index) {
  const Before before{state, Rank::kSibling};
  RoleNode& role = role_of(state, index);
  const Ranked leaf = ranked_leaf(state, index);
  set(role.siblings_ranked, before, sibling_number(index, true), leaf, role.clients_ranked.sum(),
      !role.clients_ranked.empty());
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    RoleNode& one = role_of(state, at);
    RankSum wanted{.least = one.siblings_ranked.sum().least, .is_short = one.short_roles > 0};
    set(role_of(state, one.parent).siblings_ranked, before, sibling_number(at, false),
        // Without sub-roles it uses what its leaf does.
        one.children.empty() ? ranked_with(one, at, leaf.share) : ranked(state, at), wanted,
        !one.siblings_ranked.empty());
  }
}

/// Brings the places of a whole order up to date. Seldom changes it.
void reorder(State& state, Rank rank, RankList& list) {
  auto key_now = [&](std::uint32_t number) {
    Ranked& known = rank_node(state, rank, number).ranked;
    if (rank == Rank::kClient) {
      known = ranked(state, ClientIndex{known.index});
    } else {
      RoleIndex role{known.index};
      known = known.is_leaf ? ranked_leaf(state, role) : ranked(state, role);
    }
    return known.key;
  };
  list.reorder(key_now, Before{state, rank});
}

void refresh_all(State& state) {
  for (RoleNode& role : state.roles) {
    reorder(state, Rank::kClient, role.clients_ranked);
    reorder(state, Rank::kSibling, role.siblings_ranked);
  }
}

/// Below `above` on the way to the role; its leaf where that is the role itself.
Ranked branch_of(const State& state, RoleIndex role, RoleIndex above) {
  if (role == above) return ranked_leaf(state, role);
  while (role_of(state, role).parent != above) role = role_of(state, role).parent;
  return ranked(state, role);
}

}  // namespace

bool comes_before(const State& state, Rank rank, const Ranked& a, const Ranked& b) {
  if (a.key != b.key) return a.key < b.key;
  if (a.share != b.share || a.weight_milli != b.weight_milli) {
    std::strong_ordering by_share = compare(a.share, a.weight_milli, b.share, b.weight_milli);
    if (by_share != 0) return by_share < 0;
  }
  if (a.times != b.times) return a.times < b.times;
  if (rank == Rank::kClient) {
    return framework_of(state, state.clients[a.index].framework).id <
           framework_of(state, state.clients[b.index].framework).id;
  }
  // The leaf is called "<path>/.", which sorts before every sub-role.
  if (a.is_leaf != b.is_leaf) return a.is_leaf;
  if (a.name_key != b.name_key) return a.name_key < b.name_key;
  return state.roles[a.index].path < state.roles[b.index].path;
}

bool is_served_before(const State& state, ClientIndex a, ClientIndex b) {
  const RoleIndex role_a = client_of(state, a).role;
  const RoleIndex role_b = client_of(state, b).role;
  if (role_a == role_b) {
    return comes_before(state, Rank::kClient, ranked(state, a), ranked(state, b));
  }
  RoleIndex above = role_a;
  while (above != kRootRole &&
         !is_ancestor_or_self(role_of(state, above).path, role_of(state, role_b).path)) {
    above = role_of(state, above).parent;
  }
  return comes_before(state, Rank::kSibling, branch_of(state, role_a, above),
                      branch_of(state, role_b, above));
}

Ranked ranked(const State& state, ClientIndex client) {
  const Usage& usage = client_of(state, client).usage;
  Fraction share = counted_share(usage, state.cluster_shared);
  return {.key = key_of(share, kOwnWeightMilli),
          .share = share,
          .times = usage.times,
          .index = client.index};
}

Ranked ranked(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return ranked_with(role, index, counted_share(role.subtree, state.cluster_shared));
}

Ranked ranked_leaf(const State& state, RoleIndex index) {
  const Usage& own = role_of(state, index).own;
  Fraction share = counted_share(own, state.cluster_shared);
  return {.key = key_of(share, kOwnWeightMilli),
          .share = share,
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

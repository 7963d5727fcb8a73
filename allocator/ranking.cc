#include "allocator/ranking.h"

#include <algorithm>
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
/// A share of nothing, whatever it is a share of. Those of the standard scalars follow.
constexpr std::uint8_t kNothingScale = kNoScale + 1;

/// floor(share / weight x 2^63), at most what fits: never in another order than the exact share.
std::uint64_t key_of(const Fraction& share, std::int64_t weight_milli) {
  if (share.part <= 0) return 0;
  auto part = static_cast<unsigned __int128>(share.part) << 63U;
  unsigned __int128 key =
      part / (static_cast<unsigned __int128>(share.whole) * static_cast<unsigned>(weight_milli));
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  return key > kMost ? kMost : static_cast<std::uint64_t>(key);
}

/// Those of a scale are nothing, or shares of one amount at the same weight, which a key tells
/// apart unless it is the most that fits. REQUIRES a share of the cluster as it is now.
std::uint8_t scale_of(const State& state, const Fraction& share, std::int64_t weight_milli,
                      std::uint64_t key) {
  static_assert(limits::kQuantityMax <= (std::int64_t{1} << 62) / kOwnWeightMilli);
  if (share.part <= 0) return kNothingScale;
  if (weight_milli != kOwnWeightMilli || key == std::numeric_limits<std::uint64_t>::max()) {
    return kNoScale;
  }
  const StandardAmounts& wholes = state.cluster_shared.standard;
  auto whole = std::find(wholes.begin(), wholes.end(), share.whole);
  if (whole == wholes.end()) return kNoScale;
  return static_cast<std::uint8_t>(kNothingScale + 1 + (whole - wholes.begin()));
}

Ranked ranked_as(const State& state, const Fraction& share, std::int64_t weight_milli) {
  std::uint64_t key = key_of(share, weight_milli);
  return {.key = key,
          .scale = scale_of(state, share, weight_milli, key),
          .share = share,
          .weight_milli = weight_milli};
}

/// Whose that share is.
Ranked role_place(const State& state, RoleIndex index, Ranked share) {
  const RoleNode& role = role_of(state, index);
  share.times = role.subtree.times;
  share.name_key = role.name_key;
  share.is_leaf = false;
  share.index = index.index;
  return share;
}
Ranked leaf_place(const State& state, RoleIndex index, Ranked share) {
  share.times = role_of(state, index).own.times;
  share.name_key = 0;
  share.is_leaf = true;
  share.index = index.index;
  return share;
}

RankEntry entry_of(std::uint32_t number, const RankNode& node) {
  const Ranked& ranked = node.ranked;
  return {.key = ranked.key,
          .times = ranked.times,
          .name_key = ranked.name_key,
          .number = number,
          .scale = ranked.scale,
          .is_short = node.is_short,
          .need = node.need};
}

/// The order of one list.
struct Before {
  State& state;
  Rank rank;

  bool operator()(const RankEntry& a, const RankEntry& b) const {
    std::strong_ordering order = by_key(a, b);
    if (order != 0) return order < 0;
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
  if (was_in) place = list.find(entry_of(number, node), before);
  if (!is_in) return list.erase(place);
  node.ranked = now;
  node.need = wanted.least;
  node.is_short = wanted.is_short;
  if (was_in) {
    list.move(place, entry_of(number, node), before);
  } else {
    list.insert(entry_of(number, node), before);
  }
}

/// Its place as it is now.
Ranked refresh_client(State& state, ClientIndex index) {
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
  const Ranked now = ranked(state, index);
  set(role_of(state, client.role).clients_ranked, {state, Rank::kClient}, index.index, now,
      {.least = need}, client.wants);
  return now;
}

/// Without sub-roles it uses what its leaf does.
Ranked ranked_as_leaf(const State& state, RoleIndex index, const Ranked& leaf) {
  std::int64_t weight = role_of(state, index).weight_milli;
  return role_place(state, index,
                    weight == kOwnWeightMilli ? leaf : ranked_as(state, leaf.share, weight));
}

/// The role's leaf, and the role and its ancestors among their siblings.
void refresh_path(State& state, RoleIndex index, const Ranked& leaf) {
  const Before before{state, Rank::kSibling};
  RoleNode& role = role_of(state, index);
  set(role.siblings_ranked, before, sibling_number(index, true), leaf, role.clients_ranked.sum(),
      !role.clients_ranked.empty());
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    RoleNode& one = role_of(state, at);
    RankSum wanted{.least = one.siblings_ranked.sum().least, .is_short = one.short_roles > 0};
    set(role_of(state, one.parent).siblings_ranked, before, sibling_number(at, false),
        one.children.empty() ? ranked_as_leaf(state, at, leaf) : ranked(state, at), wanted,
        !one.siblings_ranked.empty());
  }
}

/// Brings the places of a whole order up to date. Seldom changes it.
void reorder(State& state, Rank rank, RankList& list) {
  auto renew = [&](RankEntry& entry) {
    RankNode& node = rank_node(state, rank, entry.number);
    if (rank == Rank::kClient) {
      node.ranked = ranked(state, ClientIndex{entry.number});
    } else {
      RoleIndex role{entry.number / 2};
      node.ranked = node.ranked.is_leaf ? ranked_leaf(state, role) : ranked(state, role);
    }
    entry = entry_of(entry.number, node);
  };
  list.reorder(renew, Before{state, rank});
}

/// Before anything is moved: an order has shares of one cluster only.
void refresh_all(State& state) {
  if (!std::exchange(state.are_shares_new, false)) return;
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
  std::strong_ordering order = by_key(a, b);
  if (order != 0) return order < 0;
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
  const Client& one = client_of(state, client);
  Ranked all = ranked_as(state, counted_share(one.usage, state.cluster_shared), kOwnWeightMilli);
  all.times = one.usage.times;
  all.name_key = one.name_key;
  all.index = client.index;
  return all;
}

Ranked ranked(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return role_place(
      state, index,
      ranked_as(state, counted_share(role.subtree, state.cluster_shared), role.weight_milli));
}

Ranked ranked_leaf(const State& state, RoleIndex index) {
  const Usage& own = role_of(state, index).own;
  return leaf_place(state, index,
                    ranked_as(state, counted_share(own, state.cluster_shared), kOwnWeightMilli));
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
  refresh_all(state);
  refresh_client(state, index);
  RoleIndex role = client_of(state, index).role;
  refresh_path(state, role, ranked_leaf(state, role));
}

void refresh_ranks(State& state) {
  if (has_quotas(state)) refresh_headroom(state);
  refresh_all(state);
  for (ClientIndex index : state.noted_clients) {
    Client& client = client_of(state, index);
    client.is_rank_noted = false;
    if (!client.present) continue;
    const Ranked now = refresh_client(state, index);
    // What the only one uses is what they use.
    bool is_alone = role_of(state, client.role).clients.size() == 1;
    refresh_path(state, client.role,
                 is_alone ? leaf_place(state, client.role, now) : ranked_leaf(state, client.role));
  }
  for (RoleIndex role : state.noted_roles) {
    if (role_of(state, role).present) refresh_path(state, role, ranked_leaf(state, role));
  }
  state.noted_clients.clear();
  state.noted_roles.clear();
}

}  // namespace fairlead::allocation

#include "allocator/ranking.h"

#include <utility>

#include "allocator/shares.h"

namespace fairlead::allocation {
namespace {

/// One of the two heaps of a role.
struct Heap {
  State& state;
  Rank rank;
  std::vector<Ranked>& entries;

  std::uint32_t& place_of(const Ranked& entry) const {
    if (rank == Rank::kClient) return state.clients[entry.index].ranked_at;
    RoleNode& role = state.roles[entry.index];
    return entry.is_leaf ? role.leaf_ranked_at : role.ranked_at;
  }

  void put(std::size_t at, const Ranked& entry) const {
    entries[at] = entry;
    place_of(entry) = static_cast<std::uint32_t>(at);
  }

  bool is_before(std::size_t a, std::size_t b) const {
    return comes_before(state, rank, entries[a], entries[b]);
  }

  void swap(std::size_t a, std::size_t b) const {
    Ranked entry = entries[a];
    put(a, entries[b]);
    put(b, entry);
  }

  void sift_up(std::size_t at) const {
    while (at > 0 && is_before(at, (at - 1) / 2)) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  void sift_down(std::size_t at) const {
    while (true) {
      std::size_t least = at;
      for (std::size_t child : {2 * at + 1, 2 * at + 2}) {
        if (child < entries.size() && is_before(child, least)) least = child;
      }
      if (least == at) return;
      swap(at, least);
      at = least;
    }
  }

  void remove(std::size_t at) const {
    place_of(entries[at]) = kNotRanked;
    Ranked last = entries.back();
    entries.pop_back();
    if (at == entries.size()) return;
    put(at, last);
    sift_up(at);
    sift_down(place_of(last));
  }

  /// Puts the entry in, moves it to where it belongs now, or takes it out.
  void set(const Ranked& entry, bool wanted) const {
    std::uint32_t at = place_of(entry);
    if (!wanted) {
      if (at != kNotRanked) remove(at);
      return;
    }
    if (at == kNotRanked) {
      entries.push_back(entry);
      at = static_cast<std::uint32_t>(entries.size() - 1);
    }
    put(at, entry);
    sift_up(at);
    sift_down(place_of(entry));
  }

  void order() const {
    for (std::size_t at = entries.size() / 2; at-- > 0;) sift_down(at);
  }
};

Heap clients_heap(State& state, RoleIndex role) {
  return {state, Rank::kClient, role_of(state, role).ranked_clients};
}

Heap siblings_heap(State& state, RoleIndex role) {
  return {state, Rank::kSibling, role_of(state, role).ranked_siblings};
}

/// The role's leaf, and the role and its ancestors among their siblings.
void refresh_path(State& state, RoleIndex role) {
  siblings_heap(state, role)
      .set(ranked_leaf(state, role), !role_of(state, role).ranked_clients.empty());
  for (RoleIndex at = role; at != kRootRole; at = role_of(state, at).parent) {
    siblings_heap(state, role_of(state, at).parent)
        .set(ranked(state, at), !role_of(state, at).ranked_siblings.empty());
  }
}

void refresh_all(State& state) {
  for (std::uint32_t i = 0; i < state.roles.size(); ++i) {
    for (Ranked& entry : state.roles[i].ranked_clients)
      entry = ranked(state, ClientIndex{entry.index});
    for (Ranked& entry : state.roles[i].ranked_siblings) {
      RoleIndex role{entry.index};
      entry = entry.is_leaf ? ranked_leaf(state, role) : ranked(state, role);
    }
    clients_heap(state, {i}).order();
    siblings_heap(state, {i}).order();
  }
}

}  // namespace

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
  return {.share = usage.dominant, .times = usage.times, .index = client.index};
}

Ranked ranked(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return {.share = role.subtree.dominant,
          .weight_milli = role.weight_milli,
          .times = role.subtree.times,
          .index = index.index};
}

Ranked ranked_leaf(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return {
      .share = role.own.dominant, .times = role.own.times, .index = index.index, .is_leaf = true};
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
  RoleIndex role = client_of(state, index).role;
  clients_heap(state, role).set(ranked(state, index), false);
  refresh_path(state, role);
}

void refresh_ranks(State& state) {
  if (std::exchange(state.are_shares_new, false)) refresh_all(state);
  for (ClientIndex index : state.noted_clients) {
    Client& client = client_of(state, index);
    client.is_rank_noted = false;
    if (!client.present) continue;
    clients_heap(state, client.role).set(ranked(state, index), client.wants);
    refresh_path(state, client.role);
  }
  for (RoleIndex role : state.noted_roles) {
    if (role_of(state, role).present) refresh_path(state, role);
  }
  state.noted_clients.clear();
  state.noted_roles.clear();
}

}  // namespace fairlead::allocation

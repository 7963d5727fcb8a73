#include "allocator/turns.h"

#include <algorithm>

namespace fairlead::allocation {
namespace {

/// std heaps keep the largest in front; here that is the one that comes first.
auto later(const State& state, Rank rank) {
  return [&state, rank](const TurnEntry& a, const TurnEntry& b) {
    return comes_before(state, rank, b.ranked, a.ranked);
  };
}

}  // namespace

void Turns::clear() {
  for (std::size_t i = 0; i < state_.turn_levels_used; ++i) {
    role_of(state_, state_.turn_levels[i].role).turn_level = 0;
  }
  state_.turn_levels_used = 0;
}

TurnLevel& Turns::level(RoleIndex index) {
  RoleNode& role = role_of(state_, index);
  if (role.turn_level > 0) return state_.turn_levels[role.turn_level - 1];
  if (state_.turn_levels_used == state_.turn_levels.size()) state_.turn_levels.emplace_back();
  TurnLevel& made = state_.turn_levels[state_.turn_levels_used];
  role.turn_level = static_cast<std::uint32_t>(++state_.turn_levels_used);
  made.role = index;
  made.clients.clear();
  made.siblings.clear();
  if (is_with_all_ && !role.ranked_clients.empty()) {
    made.clients.push_back({role.ranked_clients.front(), 0});
  }
  if (is_with_all_ && !role.ranked_siblings.empty()) {
    made.siblings.push_back({role.ranked_siblings.front(), 0});
  }
  return made;
}

void Turns::begin_with_all() {
  clear();
  is_with_all_ = true;
}

void Turns::begin_with(const std::vector<ClientIndex>& clients) {
  clear();
  is_with_all_ = false;
  for (ClientIndex client : clients) {
    RoleIndex role = client_of(state_, client).role;
    bool is_first = level(role).clients.empty();
    level(role).clients.push_back({ranked(state_, client), kNotRanked});
    if (!is_first) continue;
    level(role).siblings.push_back({ranked_leaf(state_, role), kNotRanked});
    if (level(role).siblings.size() == 1) add_to_parents(role);
  }
  for (std::size_t i = 0; i < state_.turn_levels_used; ++i) {
    TurnLevel& one = state_.turn_levels[i];
    std::make_heap(one.clients.begin(), one.clients.end(), later(state_, Rank::kClient));
    std::make_heap(one.siblings.begin(), one.siblings.end(), later(state_, Rank::kSibling));
  }
}

void Turns::add_to_parents(RoleIndex role) {
  while (role != kRootRole) {
    RoleIndex parent = role_of(state_, role).parent;
    std::vector<TurnEntry>& siblings = level(parent).siblings;
    siblings.push_back({ranked(state_, role), kNotRanked});
    if (siblings.size() > 1) return;
    role = parent;
  }
}

std::optional<ClientIndex> Turns::next() {
  depth_ = 0;
  RoleIndex role = kRootRole;
  while (true) {
    const TurnLevel& here = level(role);
    if (here.siblings.empty()) return std::nullopt;
    path_[depth_++] = role;
    const Ranked& first = here.siblings.front().ranked;
    if (first.is_leaf) return ClientIndex{here.clients.front().ranked.index};
    role = RoleIndex{first.index};
  }
}

void Turns::pass(std::vector<TurnEntry>& heap, Rank rank, const std::vector<Ranked>& ranking,
                 const std::optional<Ranked>& keep) {
  std::pop_heap(heap.begin(), heap.end(), later(state_, rank));
  std::uint32_t at = heap.back().ranked_at;
  heap.pop_back();
  auto push = [&](const TurnEntry& entry) {
    heap.push_back(entry);
    std::push_heap(heap.begin(), heap.end(), later(state_, rank));
  };
  if (at != kNotRanked) {
    for (std::uint32_t behind : {2 * at + 1, 2 * at + 2}) {
      if (behind < ranking.size()) push({ranking[behind], behind});
    }
  }
  if (keep) push({*keep, kNotRanked});
}

void Turns::pass_siblings(std::size_t depth, bool keep) {
  const RoleNode& role = role_of(state_, path_[depth]);
  bool is_leaf = depth + 1 == depth_;
  std::optional<Ranked> kept;
  if (keep) kept = is_leaf ? ranked_leaf(state_, path_[depth]) : ranked(state_, path_[depth + 1]);
  pass(level(path_[depth]).siblings, Rank::kSibling, role.ranked_siblings, kept);
}

void Turns::served() {
  RoleIndex role = path_[depth_ - 1];
  std::vector<TurnEntry>& clients = level(role).clients;
  ClientIndex first{clients.front().ranked.index};
  pass(clients, Rank::kClient, role_of(state_, role).ranked_clients, ranked(state_, first));
  for (std::size_t depth = depth_; depth-- > 0;) pass_siblings(depth, true);
}

void Turns::drop() {
  RoleIndex role = path_[depth_ - 1];
  std::vector<TurnEntry>& clients = level(role).clients;
  pass(clients, Rank::kClient, role_of(state_, role).ranked_clients, std::nullopt);
  bool keep = !clients.empty();
  for (std::size_t depth = depth_; depth-- > 0;) {
    pass_siblings(depth, keep);
    keep = !level(path_[depth]).siblings.empty();
  }
}

}  // namespace fairlead::allocation

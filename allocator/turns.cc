#include "allocator/turns.h"

#include "allocator/headroom.h"
#include "allocator/prefetch.h"

namespace fairlead::allocation {
namespace {

struct Search {
  State& state;
  Rank rank;
  const std::optional<Ranked>& passed;
  const Room& room;
  bool only_short = false;  ///< of siblings, those that lead to a role below its guarantee

  bool is_passed(const RankEntry& entry) const {
    if (!passed) return false;
    std::strong_ordering order = by_key(*passed, entry);
    if (order != 0) return order > 0;
    return !comes_before(state, rank, *passed, rank_node(state, rank, entry.number).ranked);
  }
  bool may_hold(const RankSum& sum) const {
    return (!only_short || sum.is_short) && room.holds(sum.least);
  }
  bool holds(const RankEntry& entry) const {
    return (!only_short || entry.is_short) && room.holds(entry.need);
  }
};

}  // namespace

/// At each entry of an order that is looked at, so without a branch for each resource.
bool Room::holds(const StandardAmounts& need) const {
  if (need.front() == kAskedNeed) return true;
  for (std::size_t agent = 0; agent < count; ++agent) {
    bool is_enough = true;
    for (std::size_t i = 0; i < kStandardScalars; ++i) is_enough &= need[i] <= free[agent][i];
    if (is_enough) return true;
  }
  return false;
}

Turns::~Turns() {
  for (const TurnLevel& one : state_.turn_levels) role_of(state_, one.role).turn_level = 0;
  state_.turn_levels.clear();
}

TurnLevel& Turns::level(RoleIndex index) {
  RoleNode& role = role_of(state_, index);
  if (role.turn_level == 0) {
    state_.turn_levels.push_back({.role = index, .client_passed = {}, .sibling_passed = {}});
    role.turn_level = static_cast<std::uint32_t>(state_.turn_levels.size());
  }
  return state_.turn_levels[role.turn_level - 1];
}

std::uint32_t Turns::first(Rank rank, RoleIndex index, const Room& room) const {
  static const std::optional<Ranked> kNobody;
  const RoleNode& role = role_of(state_, index);
  bool is_client = rank == Rank::kClient;
  const TurnLevel* level =
      role.turn_level == 0 ? nullptr : &state_.turn_levels[role.turn_level - 1];
  const std::optional<Ranked>& passed = level == nullptr ? kNobody
                                        : is_client      ? level->client_passed
                                                         : level->sibling_passed;
  bool only_short = asked_ == Asked::kShort && !is_client && !is_owed(state_, index);
  return (is_client ? role.clients_ranked : role.siblings_ranked)
      .first(Search{state_, rank, passed, room, only_short});
}

std::optional<ClientIndex> Turns::next(const Room& room) {
  RoleIndex role = kRootRole;
  while (true) {
    std::uint32_t sibling = first(Rank::kSibling, role, room);
    if (sibling == kNoSlot) {
      if (role == kRootRole) return std::nullopt;
      // Nobody in it is left.
      RoleIndex parent = role_of(state_, role).parent;
      level(parent).sibling_passed = role_of(state_, role).rank.ranked;
      role = parent;
      continue;
    }
    bool is_leaf = sibling == sibling_number(role, true);
    if (!is_leaf) {
      role = RoleIndex{sibling / 2};
      prefetch(role_of(state_, role));
      continue;
    }
    std::uint32_t client = first(Rank::kClient, role, room);
    if (client != kNoSlot) {
      prefetch(state_.clients[client]);
      return ClientIndex{client};
    }
    level(role).sibling_passed = role_of(state_, role).leaf_rank.ranked;
  }
}

void Turns::drop(ClientIndex client) {
  level(client_of(state_, client).role).client_passed = client_of(state_, client).rank.ranked;
}

}  // namespace fairlead::allocation

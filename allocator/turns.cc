#include "allocator/turns.h"

#include <algorithm>

#include "allocator/headroom.h"

namespace fairlead::allocation {
namespace {

struct Search {
  const RankMembers& members;
  const std::optional<Ranked>& passed;
  const Room& room;
  bool only_short = false;  ///< of siblings, those that lead to a role below its guarantee

  bool is_passed(std::uint32_t number) const {
    return passed &&
           !comes_before(members.state, members.rank, *passed, members.node(number).ranked);
  }
  bool may_hold(std::uint32_t number) const {
    const RankNode& node = members.node(number);
    return (!only_short || node.is_any_short) && room.holds(node.least);
  }
  bool holds(std::uint32_t number) const {
    const RankNode& node = members.node(number);
    return (!only_short || node.is_short) && room.holds(node.need);
  }
};

}  // namespace

bool Room::holds(const StandardAmounts& need) const {
  if (need.front() == kAskedNeed) return true;
  return std::any_of(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const StandardAmounts& one) {
                       for (std::size_t i = 0; i < kStandardScalars; ++i) {
                         if (need[i] > one[i]) return false;
                       }
                       return true;
                     });
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
  RankMembers members{state_, rank};
  bool is_client = rank == Rank::kClient;
  const TurnLevel* level =
      role.turn_level == 0 ? nullptr : &state_.turn_levels[role.turn_level - 1];
  const std::optional<Ranked>& passed = level == nullptr ? kNobody
                                        : is_client      ? level->client_passed
                                                         : level->sibling_passed;
  bool only_short = asked_ == Asked::kShort && !is_client && !is_owed(state_, index);
  std::uint32_t found = kNoSlot;
  visit_in_order(members, is_client ? role.client_root : role.sibling_root,
                 Search{members, passed, room, only_short}, [&](std::uint32_t number) {
                   found = number;
                   return true;
                 });
  return found;
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
      continue;
    }
    std::uint32_t client = first(Rank::kClient, role, room);
    if (client != kNoSlot) return ClientIndex{client};
    level(role).sibling_passed = role_of(state_, role).leaf_rank.ranked;
  }
}

void Turns::drop(ClientIndex client) {
  level(client_of(state_, client).role).client_passed = client_of(state_, client).rank.ranked;
}

}  // namespace fairlead::allocation

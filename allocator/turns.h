// Whose turn it is: the ranking (ranking.h) walked in order of share. Only the one whose turn it
// was changes its share in a round, and only upwards, so that those who are passed are always a
// first part of each order: it is enough to remember how far that goes. Internal to allocator/.
#pragma once

#include <array>
#include <optional>

#include "allocator/ranking.h"

namespace fairlead::allocation {

/// What a round still has to give, as far as it decides who is asked.
struct Room {
  /// More agents than this, and the most that one of them has stands for all.
  static constexpr std::size_t kAgentsMax = 4;

  std::array<StandardAmounts, kAgentsMax> free{};
  std::size_t count = 0;

  /// Necessary for somebody with that need to be served, or asked in any case.
  bool holds(const StandardAmounts& need) const;
};

class Turns {
 public:
  Turns(State& state, Asked asked) : state_(state), asked_(asked) {}
  ~Turns();
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  /// The client with the least share on every level for whom there is room; nullopt when none is
  /// left. Between two calls `room` only shrinks. REQUIRES that the ranks were refreshed.
  /// O(depth x RankList::first) for each who is passed or returned.
  std::optional<ClientIndex> next(const Room& room);
  /// The one that `next` returned cannot be served in this round any more.
  void drop(ClientIndex client);

 private:
  TurnLevel& level(RoleIndex role);  ///< made when there is none
  /// The first member of one of the role's orders that was not passed and for whom there is room.
  std::uint32_t first(Rank rank, RoleIndex role, const Room& room) const;

  State& state_;
  Asked asked_;
};

}  // namespace fairlead::allocation

// Whose turn it is: the role tree restricted to the clients of one round, as heaps by share. Only
// the one whose turn it was changes its share in a round, so only the heads of the heaps move.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "allocator/roles.h"

namespace fairlead::allocation {

class Turns {
 public:
  Turns(const State& state, const std::vector<ClientIndex>& clients);

  /// The client with the least share on every level; nullopt when none is left.
  std::optional<ClientIndex> next() const;
  /// It got something: its share and those above it have changed. O(depth log siblings).
  void served();
  /// It cannot be served in this round any more.
  void drop();

 private:
  struct Level {
    std::vector<Sibling> siblings;     ///< heap, least in front; those with clients in this round
    std::vector<ClientIndex> clients;  ///< heap of the virtual leaf
  };

  Level& level(RoleIndex role);  ///< made when there is none
  const Level& level_at(RoleIndex role) const { return levels_[places_[role.index] - 1]; }
  void add_to_parents(RoleIndex role);
  /// The roles from the root down to the one whose turn it is.
  std::vector<RoleIndex> path() const;
  void sift(Level& heap, bool keep);

  const State& state_;
  std::vector<std::uint32_t> places_;  ///< by role: 1 + its place in levels_; 0 = none
  std::vector<Level> levels_;
};

}  // namespace fairlead::allocation

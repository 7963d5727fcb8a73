// Whose turn it is: the ranking (ranking.h), or a part of it, walked in order of share without
// being changed. Only the one whose turn it was changes its share in a round, so that a heap of
// those that may be next is enough: it begins with the first of the ranking, and everybody who is
// passed puts in those behind him.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "allocator/ranking.h"
#include "common/limits.h"

namespace fairlead::allocation {

class Turns {
 public:
  /// Nobody yet. REQUIRES that the ranks were refreshed, and are not again while it lives.
  explicit Turns(State& state) : state_(state) {}
  ~Turns() { clear(); }
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  /// All clients that want something. O(1).
  void begin_with_all();
  /// These ones only. O(clients).
  void begin_with(const std::vector<ClientIndex>& clients);
  bool is_with_all() const { return is_with_all_; }

  /// The client with the least share on every level; nullopt when none is left.
  std::optional<ClientIndex> next();
  /// It got something: its share and those above it have changed. O(depth log passed).
  void served();
  /// It cannot be served in this round any more.
  void drop();

 private:
  TurnLevel& level(RoleIndex role);  ///< made when there is none
  void clear();
  void add_to_parents(RoleIndex role);
  /// Moves on from the first of a heap; puts it back as it is now when it is to be kept.
  void pass(std::vector<TurnEntry>& heap, Rank rank, const std::vector<Ranked>& ranking,
            const std::optional<Ranked>& keep);
  void pass_siblings(std::size_t depth, bool keep);

  State& state_;
  bool is_with_all_ = false;
  std::array<RoleIndex, limits::kRoleDepthMax + 1> path_{};  ///< from the root to whose turn it is
  std::size_t depth_ = 0;                                    ///< so many of them
};

}  // namespace fairlead::allocation

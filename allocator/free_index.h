// The open agents by what is free on them: classes of agents of one size with equal free standard
// scalars and devices, in the order of size and free cpus, and in every class its agents in seeded
// order. So a search for an agent that fits passes over all that do not, and over all that are
// alike, at once. Changes are noted, and made when somebody searches. Internal to allocator/.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Of an agent that is present.
FreeKey key_of(const State& state, AgentHandle agent);
/// What is free there, or whether it is open, has changed. O(1).
void note_free(State& state, AgentHandle agent);
/// Before its place in State::agent_order changes, or it goes; `note_free` follows if it stays.
/// O(log agents).
void leave_free_index(State& state, AgentHandle agent);
/// O(noted x log agents).
void refresh_free_index(State& state);

/// The members of the tree of classes, as order_tree.h asks for them.
struct FreeClassMembers {
  State& state;

  TreeLinks& links(std::uint32_t number) const { return state.free_classes[number].links; }
  bool is_before(std::uint32_t a, std::uint32_t b) const;
  void sum_up(std::uint32_t number) const;
};

/// The agents of a class. A member's number is that of its handle.
struct FreeAgentMembers {
  State& state;

  TreeLinks& links(std::uint32_t number) const { return state.free_links[number]; }
  bool is_before(std::uint32_t a, std::uint32_t b) const;
  void sum_up(std::uint32_t) const {}
};

}  // namespace fairlead::allocation

#include "allocator/free_index.h"

#include <algorithm>
#include <utility>

namespace fairlead::allocation {
namespace {

using ClassTree = OrderTree<FreeClassMembers>;
using AgentTree = OrderTree<FreeAgentMembers>;

/// The class with that key, kNoSlot when there is none.
std::uint32_t find_class(const State& state, const FreeKey& key) {
  std::uint32_t at = state.free_root;
  while (at != kNoSlot && state.free_classes[at].key != key) {
    const FreeClass& one = state.free_classes[at];
    at = key < one.key ? one.links.left : one.links.right;
  }
  return at;
}

std::uint32_t ensure_class(State& state, const FreeKey& key) {
  std::uint32_t number = find_class(state, key);
  if (number != kNoSlot) return number;
  if (state.free_classes_unused.empty()) {
    number = static_cast<std::uint32_t>(state.free_classes.size());
    state.free_classes.emplace_back();
  } else {
    number = state.free_classes_unused.back();
    state.free_classes_unused.pop_back();
  }
  state.free_classes[number].key = key;
  ClassTree({state}, state.free_root).insert(number);
  return number;
}

void enter(State& state, AgentHandle handle) {
  FreeColumn& column = state.columns[handle.index];
  column.free_class = ensure_class(state, key_of(state, handle));
  AgentTree({state}, state.free_classes[column.free_class].agents).insert(handle.index);
}

void leave(State& state, AgentHandle agent) {
  std::uint32_t number = std::exchange(state.columns[agent.index].free_class, kNoSlot);
  if (number == kNoSlot) return;
  FreeClass& one = state.free_classes[number];
  AgentTree({state}, one.agents).erase(agent.index);
  if (one.agents != kNoSlot) return;
  ClassTree({state}, state.free_root).erase(number);
  state.free_classes_unused.push_back(number);
}

void set_loose(State& state, AgentHandle agent, bool is_now) {
  bool was = std::exchange(state.columns[agent.index].is_loose, is_now);
  if (is_now != was) state.agents_loose += is_now ? std::size_t{1} : std::size_t{0} - 1;
}

}  // namespace

bool FreeClassMembers::is_before(std::uint32_t a, std::uint32_t b) const {
  return state.free_classes[a].key < state.free_classes[b].key;
}

void FreeClassMembers::sum_up(std::uint32_t number) const {
  FreeClass& one = state.free_classes[number];
  one.most = one.key.free;
  for (std::uint32_t below : {one.links.left, one.links.right}) {
    if (below == kNoSlot) continue;
    const StandardAmounts& most = state.free_classes[below].most;
    for (std::size_t i = 0; i < kStandardScalars; ++i) one.most[i] = std::max(one.most[i], most[i]);
  }
}

bool FreeAgentMembers::is_before(std::uint32_t a, std::uint32_t b) const {
  return state.agents[a].order_at < state.agents[b].order_at;
}

FreeKey key_of(const State& state, AgentHandle agent) {
  const FreeColumn& column = state.columns[agent.index];
  return {.total = agent_of(state, agent).total_scalars().standard,
          .free = column.free,
          .devices = column.devices};
}

void note_free(State& state, AgentHandle agent) {
  const Agent& noted = agent_of(state, agent);
  set_loose(state, agent, noted.present && !noted.is_closed() && !noted.free().is_zero());
  if (std::exchange(state.columns[agent.index].is_noted, true)) return;
  state.free_noted.push_back(agent);
}

void leave_free_index(State& state, AgentHandle agent) {
  set_loose(state, agent, false);
  leave(state, agent);
}

void refresh_free_index(State& state) {
  for (AgentHandle agent : state.free_noted) {
    FreeColumn& column = state.columns[agent.index];
    column.is_noted = false;
    leave(state, agent);
    if (column.open) enter(state, agent);
  }
  state.free_noted.clear();
}

}  // namespace fairlead::allocation

#include "allocator/priorities.h"

#include <algorithm>

#include "allocator/inventory.h"

namespace fairlead::allocation {

void add_priority(State& state, AgentHandle agent, ClientIndex client, const HeldPriority& held) {
  if (held.priority == 0 || held.amounts == StandardAmounts{}) return;
  StandardAmounts& sum = state.priorities[{agent, client}][held.priority];
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += held.amounts[i];
}

void remove_priority(State& state, AgentHandle agent, ClientIndex client,
                     const HeldPriority& held) {
  auto known = state.priorities.find({agent, client});
  if (held.priority == 0 || known == state.priorities.end()) return;
  auto sum = known->second.find(held.priority);
  if (sum == known->second.end()) return;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    sum->second[i] -= std::min(sum->second[i], held.amounts[i]);
  }
  if (sum->second == StandardAmounts{}) known->second.erase(sum);
  if (known->second.empty()) state.priorities.erase(known);
}

void forget_priorities(State& state, AgentHandle agent, ClientIndex client) {
  state.priorities.erase({agent, client});
}

StandardAmounts held_plain(const State& state, AgentHandle agent, ClientIndex client) {
  const ClientHolding* holding = find_holding(agent_of(state, agent), client);
  return holding == nullptr ? StandardAmounts{} : reclaimable(holding->resources);
}

StandardAmounts held_below(const State& state, AgentHandle agent, ClientIndex client,
                           std::int32_t priority) {
  // Whatever is not noted is held at 0.
  StandardAmounts at_zero = held_plain(state, agent, client);
  StandardAmounts below{};
  auto known = state.priorities.find({agent, client});
  if (known != state.priorities.end()) {
    for (const auto& [one, amounts] : known->second) {
      for (std::size_t i = 0; i < kStandardScalars; ++i) {
        at_zero[i] -= std::min(at_zero[i], amounts[i]);
        if (one < priority) below[i] += amounts[i];
      }
    }
  }
  for (std::size_t i = 0; priority > 0 && i < kStandardScalars; ++i) below[i] += at_zero[i];
  return below;
}

}  // namespace fairlead::allocation

// Which agent takes a task of a shape: the one that the placement policy likes best (placement.h).
// With per_agent_max it is the agent where the client has least. Equal agents come in seeded order.
#pragma once

#include <optional>

#include "allocator/context.h"

namespace fairlead::allocation {

/// Where a client looks in this step.
struct Candidates {
  bool everywhere = false;  ///< all agents, from State::agent_order[start] on
  std::size_t start = 0;
  const std::vector<AgentHandle>* touched = nullptr;
  const std::vector<AgentHandle>* extra = nullptr;  ///< may be nullptr

  std::size_t size(const State& state) const {
    if (everywhere) return state.agent_order.size();
    return touched->size() + (extra == nullptr ? 0 : extra->size());
  }
  AgentHandle at(const State& state, std::size_t i) const {
    if (everywhere) return state.agent_order[(start + i) % state.agent_order.size()];
    return i < touched->size() ? (*touched)[i] : (*extra)[i - touched->size()];
  }
};

/// Who has the turn may be given something there: it is open, or kept and open to him.
bool is_open_in_turn(const Context& context, AgentHandle agent);

/// Necessary for a fit, and cheap: standard scalars only.
bool fits_column(const FreeColumn& column, const Quantities& need);

/// One task's worth of the shape out of what is free there; nullopt if it does not fit, a
/// constraint fails, per_agent_max is reached, a refusal hides it or quota stands against it. Looks
/// at nobody's turn.
std::optional<Resources> cut(const Context& context, ClientIndex client, AgentHandle agent,
                             const DemandShape& shape);

/// Tasks' worth of the shape in outstanding offers to the client on the agent.
std::uint32_t tasks_offered(const State& state, ClientIndex client, AgentHandle agent,
                            const std::string& shape);

/// The best candidate that is open in this turn and whose cut() is something; of those that satisfy
/// the earliest preference of the shape, if there are some. O(candidates), also everywhere while
/// what is kept may be used; else everywhere O(log agents) for each different kind of room that is
/// nearly the best, and for each agent in it that cut() refuses.
std::optional<AgentHandle> choose_agent(const Context& context, ClientIndex client,
                                        const DemandShape& shape, const Candidates& candidates);

}  // namespace fairlead::allocation

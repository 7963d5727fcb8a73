// What one step works on, and the topics' functions that other topics call. Internal to allocator/.
//
// A step applies its event, notes what it touched, and serves exactly that (serve.h): agents that
// gained something, clients that want something new, and pairs whose refusal ended.
#pragma once

#include <string>
#include <vector>

#include "allocator/state.h"

namespace fairlead::allocation {

/// What this step gives is an offer at once, one per (client, agent), numbered in the order of the
/// first grant; it grows until the step ends, and is told then.
struct Grants {
  std::uint64_t offers_before = 0;  ///< State::offers_made when the step began
  std::int64_t turns_left = 0;      ///< so often something may still be given
};

/// Whose shapes are asked about when the event is applied: see impossible.h.
struct Judging {
  std::set<ClientIndex> clients;
  std::optional<AgentHandle> came;
  AgentHandle left = kNoAgent;
  std::uint32_t kind_left = kNoSlot;
};

struct Context {
  State& state;
  Instant now;
  std::vector<Action>& out;
  Touched touched;
  Grants grants;
  bool may_take_held_tasks = false;  ///< a guarantee covers who has the turn: see headroom.h
  Judging judging;
  bool may_use_kept = false;  ///< a guarantee covers it, and it fits nowhere else: see accumulate.h
};

inline Agent& agent_of(State& state, AgentHandle agent) {
  return state.agents[agent.index];
}
inline const Agent& agent_of(const State& state, AgentHandle agent) {
  return state.agents[agent.index];
}
inline Client& client_of(State& state, ClientIndex client) {
  return state.clients[client.index];
}
inline const Client& client_of(const State& state, ClientIndex client) {
  return state.clients[client.index];
}
inline RoleNode& role_of(State& state, RoleIndex role) {
  return state.roles[role.index];
}
inline const RoleNode& role_of(const State& state, RoleIndex role) {
  return state.roles[role.index];
}
inline Framework& framework_of(State& state, FrameworkHandle framework) {
  return state.frameworks[framework.index];
}
inline const Framework& framework_of(const State& state, FrameworkHandle framework) {
  return state.frameworks[framework.index];
}

bool is_known(const State& state, AgentHandle agent);
bool is_known(const State& state, FrameworkHandle framework);
/// The framework's client in `role`, nullptr when it is neither subscribed nor uses anything there.
const Client* find_client(const State& state, FrameworkHandle framework, const RoleName& role);

/// kConflict: the event contradicts the state. `what` names the event and its object.
Error contradiction(std::string what, std::string expected, std::string got);

}  // namespace fairlead::allocation

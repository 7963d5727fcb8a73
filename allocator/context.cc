#include "allocator/context.h"

namespace fairlead::allocation {

bool is_known(const State& state, AgentHandle agent) {
  return agent.index < state.agents.size() && state.agents[agent.index].present;
}

bool is_known(const State& state, FrameworkHandle framework) {
  return framework.index < state.frameworks.size() && state.frameworks[framework.index].present;
}

const Client* find_client(const State& state, FrameworkHandle framework, const RoleName& role) {
  const auto& clients = framework_of(state, framework).clients;
  auto known = clients.find(role);
  return known == clients.end() ? nullptr : &client_of(state, known->second);
}

Error contradiction(std::string what, std::string expected, std::string got) {
  return Error{ErrorCode::kConflict, to_string(Complaint{.what = std::move(what),
                                                         .where = "",
                                                         .expected = std::move(expected),
                                                         .got = std::move(got),
                                                         .hint = ""})};
}

}  // namespace fairlead::allocation

#include "agent/context.h"

#include "common/check.h"

namespace fairlead {

AgentTask* find_task(AgentState& state, Serial serial) {
  auto found = state.tasks.find(serial);
  return found == state.tasks.end() ? nullptr : &found->second;
}

AgentTask* find_task(AgentState& state, const LaunchToken& token) {
  auto found = state.by_token.find(token);
  return found == state.by_token.end() ? nullptr : &state.tasks.at(found->second);
}

AgentTask* find_task(AgentState& state, const ContainerId& container) {
  auto found = state.by_container.find(container);
  return found == state.by_container.end() ? nullptr : &state.tasks.at(found->second);
}

std::vector<Serial> tasks_of(const AgentState& state, const FrameworkId& framework) {
  std::vector<Serial> serials;
  for (auto at = state.by_token.lower_bound(LaunchToken{framework, {}, 0, {}});
       at != state.by_token.end() && at->first.framework == framework; ++at) {
    serials.push_back(at->second);
  }
  return serials;
}

Serial serial_of(const AgentState& state, const AgentTask& task) {
  auto found = state.by_token.find(task.record.launch.token);
  check(found != state.by_token.end(), "every task is indexed by its token");
  return found->second;
}

AgentTask& insert_task(AgentState& state, AgentTask task) {
  Serial serial = state.serial_next++;
  state.by_token[task.record.launch.token] = serial;
  state.by_container[ContainerId{task.record.container}] = serial;
  return state.tasks.emplace(serial, std::move(task)).first->second;
}

}  // namespace fairlead

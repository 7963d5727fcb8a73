// What every topic file of the agent's core works on, for the length of one step.
#pragma once

#include <utility>
#include <vector>

#include "agent/config.h"
#include "agent/state.h"

namespace fairlead {

struct AgentContext {
  Instant now;
  const AgentConfig& config;
  AgentState& state;
  std::vector<AgentAction>& out;

  void emit(AgentAction action) { out.push_back(std::move(action)); }
  void reject(const char* kind) { out.emplace_back(CountReject{.kind = kind}); }
  void send(AgentToMaster message) {
    out.emplace_back(SendToMaster{.message = std::move(message)});
  }
  WallTime wall() const { return {state.wall_at_zero.unix_ms + now.ns / 1'000'000}; }
};

/// nullptr when there is none.
AgentTask* find_task(AgentState& state, Serial serial);
AgentTask* find_task(AgentState& state, const LaunchToken& token);
AgentTask* find_task(AgentState& state, const ContainerId& container);
/// Of all its attempts, by task. O(log tasks + those).
std::vector<Serial> tasks_of(const AgentState& state, const FrameworkId& framework);
/// REQUIRES: it is one of state.tasks.
Serial serial_of(const AgentState& state, const AgentTask& task);
/// Puts a record under a new serial into every index.
AgentTask& insert_task(AgentState& state, AgentTask task);

}  // namespace fairlead

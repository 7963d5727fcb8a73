// Agents that fell silent. Each is given up in its turn, so many within a time at the most: when a
// network fails, the machines behind it are all there, and replacing what runs on them helps
// nobody.
#include <string>
#include <utility>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

/// Forgets removals that the window has passed.
bool may_give_up(Context& c) {
  std::deque<Instant>& removals = c.state.removals;
  while (!removals.empty() && c.now - removals.front() >= c.config.agent_removals_window) {
    removals.pop_front();
  }
  return c.config.agent_removals_max == 0 || removals.size() < c.config.agent_removals_max;
}

void give_up(Context& c, std::uint32_t slot) {
  if (c.config.agent_removals_max > 0) c.state.removals.push_back(c.now);
  expire_agent(c, slot);
}

void keep(Context& c, std::uint32_t slot) {
  MasterState& state = c.state;
  AgentEntry& agent = state.agents[slot];
  agent.open_trouble().is_silent = true;
  update_pause(c, slot);
  if (agent.silent_queued) return;
  agent.silent_queued = true;
  if (state.silent.empty()) {
    publish(c, "removals_limited", state.cluster.text,
            std::to_string(state.removals.size()) + " agents were given up within " +
                std::to_string(c.config.agent_removals_window.ms() / 1000) + " s");
    state.deadlines.add({state.removals.front() + c.config.agent_removals_window,
                         DeadlineKind::kSilentAgents, 0, 0});
  }
  state.silent.push_back({slot, agent.generation});
}

}  // namespace

void on_agent_silent(Context& c, std::uint32_t slot) {
  // Those that wait come first.
  if (c.state.silent.empty() && may_give_up(c)) return give_up(c, slot);
  keep(c, slot);
}

void on_agent_heard(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (!agent.is_silent()) return;
  agent.trouble->is_silent = false;
  update_pause(c, slot);
}

void give_up_silent_agents(Context& c) {
  MasterState& state = c.state;
  while (!state.silent.empty()) {
    SilentAgent first = state.silent.front();
    AgentEntry& agent = state.agents[first.agent];
    bool is_same = agent.generation == first.generation;
    bool waits = is_same && agent.is_silent() && !agent.registering;
    if (waits && !may_give_up(c)) break;
    state.silent.pop_front();
    if (is_same) agent.silent_queued = false;
    if (!waits) continue;
    give_up(c, first.agent);
    agent.trouble->is_silent = false;
    refresh_why(agent);
  }
  if (state.silent.empty()) return;
  state.deadlines.add(
      {state.removals.front() + c.config.agent_removals_window, DeadlineKind::kSilentAgents, 0, 0});
}

}  // namespace fairlead::master

// Windows of maintenance as operators see them, with what frameworks answered to inverse offers.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/limits.h"
#include "master/daemon/views.h"

namespace fairlead::views {
namespace {

using master::InverseAnswer;
using master::MasterState;
using nlohmann::json;

/// An agent that has left since has no hostname.
std::string hostname_of(const MasterState& state, const AgentId& agent) {
  const std::uint32_t slot = master::find_agent(state, agent);
  return slot == master::kNoSlot ? std::string() : state.agents[slot].hostname();
}

/// Tasks of the framework that hold something on the agent.
std::size_t count_tasks(const MasterState& state, const master::InverseOfferKey& key) {
  const std::uint32_t agent = master::find_agent(state, key.agent);
  const std::uint32_t framework = master::find_framework(state, key.framework);
  if (agent == master::kNoSlot) return 0;
  const std::vector<std::uint32_t> there = state.tasks.slots_of(AgentHandle{agent});
  return static_cast<std::size_t>(
      std::count_if(there.begin(), there.end(), [&](std::uint32_t slot) {
        const master::TaskEntry& task = state.tasks[slot];
        return task.holds && task.framework.index == framework;
      }));
}

json view_of(const MasterState& state, const master::InverseOfferKey& key,
             const master::InverseOfferEntry& entry) {
  const std::uint32_t framework = master::find_framework(state, key.framework);
  json view = {{"agent", key.agent.text},
               {"hostname", hostname_of(state, key.agent)},
               {"framework", key.framework.text},
               {"name", framework == master::kNoSlot ? "" : state.frameworks[framework].info.name},
               {"answer", to_string(entry.answer)},
               {"reason", entry.reason},
               {"tasks", count_tasks(state, key)}};
  if (entry.answer != InverseAnswer::kNone) view["answered_unix_ms"] = entry.answered.unix_ms;
  return view;
}

/// Puts in how many answered what, and the first of them.
void add_answers(const MasterState& state, const WindowId& window, json& view) {
  std::array<std::size_t, 3> counts{};
  json list = json::array();
  const auto& entries = state.inverse_offers.entries;
  for (auto one = state.inverse_offers.first_of(window);
       one != entries.end() && one->first.window == window; ++one) {
    ++counts[static_cast<std::size_t>(one->second.answer)];
    if (list.size() < limits::kInverseAnswersShownMax) {
      list.push_back(view_of(state, one->first, one->second));
    }
  }
  for (InverseAnswer answer :
       {InverseAnswer::kNone, InverseAnswer::kAccepted, InverseAnswer::kDeclined}) {
    view[to_string(answer)] = counts[static_cast<std::size_t>(answer)];
  }
  view["inverse_offers"] = std::move(list);
}

json view_of(const MasterState& state, const WindowRecord& window) {
  json agents = json::array();
  for (const AgentId& agent : window.agents) {
    agents.push_back({{"id", agent.text}, {"hostname", hostname_of(state, agent)}});
  }
  json view = {{"id", window.id.text},
               {"state", window.has_begun ? "begun" : "scheduled"},
               {"agents", std::move(agents)},
               {"start_unix_ms", window.start.unix_ms},
               {"duration_ms", window.duration.ms()},
               {"deadline_ms", window.deadline.ms()}};
  if (window.grace) view["grace_ms"] = window.grace->ms();
  add_answers(state, window.id, view);
  return view;
}

}  // namespace

json maintenance(const MasterCore& core) {
  const MasterState& state = core.state();
  std::vector<const WindowRecord*> windows;
  for (const auto& [id, window] : state.windows) windows.push_back(&window.record);
  std::stable_sort(
      windows.begin(), windows.end(),
      [](const WindowRecord* a, const WindowRecord* b) { return a->start < b->start; });
  json list = json::array();
  for (const WindowRecord* window : windows) list.push_back(view_of(state, *window));
  return {{"windows", std::move(list)}};
}

}  // namespace fairlead::views

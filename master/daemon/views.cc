#include "master/daemon/views.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "common/version.h"
#include "master/daemon/json_forms.h"
#include "master/daemon/reservation_changes.h"
#include "master/daemon/task_counts.h"

namespace fairlead::views {
namespace {

using master::AgentEntry;
using master::AgentPhase;
using master::FrameworkEntry;
using master::FrameworkPhase;
using master::MasterState;
using nlohmann::json;

AgentHandle agent_handle(std::size_t index) {
  return {static_cast<std::uint32_t>(index)};
}
FrameworkHandle framework_handle(std::size_t index) {
  return {static_cast<std::uint32_t>(index)};
}

Quantities total_of(const MasterState& state, const AgentEntry& agent) {
  return agent.total == master::kNoSlot ? Quantities{} : scalars(state.shapes[agent.total]);
}

/// What tasks hold on the agent; what is shared is not used up.
Quantities used_on(const MasterState& state, AgentHandle agent) {
  Quantities used;
  for (std::uint32_t slot = state.tasks.first_of(agent); slot != master::kNoSlot;
       slot = state.tasks.next_of_agent(slot)) {
    const master::TaskEntry& task = state.tasks[slot];
    if (task.holds) add(used, scalars(divisible_part(state.shapes[task.shape])));
  }
  return used;
}

std::map<AgentHandle, Quantities> offered_by_agent(const MasterState& state) {
  std::map<AgentHandle, Quantities> offered;
  for (const auto& [id, offer] : state.offers)
    add(offered[offer.agent], scalars(divisible_part(offer.resources)));
  return offered;
}

/// The state as people see it: what stops offers comes before how the link stands.
const char* shown_state(const AgentEntry& agent) {
  bool is_cut_off = agent.phase == AgentPhase::kExpiring || agent.phase == AgentPhase::kUnreachable;
  if (agent.drain() != nullptr && !is_cut_off) {
    return agent.drain()->record.drained.unix_ms == 0 ? "draining" : "drained";
  }
  if (agent.is_silent()) return "silent";
  if (agent.phase == AgentPhase::kActive && agent.deactivated) return "deactivated";
  if (agent.phase == AgentPhase::kActive && !agent.why().empty()) return "paused";
  return to_string(agent.phase);
}

json view_of(const MasterState& state, const master::Drain& drain) {
  json view = {{"started_unix_ms", drain.record.started.unix_ms},
               {"deadline_unix_ms", wall(state, drain.deadline).unix_ms},
               {"mark_gone", drain.record.mark_gone}};
  if (drain.record.grace) view["grace_ms"] = drain.record.grace->ms();
  if (!drain.record.window.empty()) view["window"] = drain.record.window.text;
  if (drain.record.drained.unix_ms != 0) view["drained_unix_ms"] = drain.record.drained.unix_ms;
  return view;
}

bool is_shown(const AgentEntry& agent) {
  return agent.phase != AgentPhase::kFree && agent.phase != AgentPhase::kAdmitting;
}

json view_of(const MasterState& state, std::size_t index, const Quantities& offered) {
  const AgentEntry& agent = state.agents[index];
  AgentHandle handle = agent_handle(index);
  Quantities whole = total_of(state, agent);
  Quantities used = used_on(state, handle);
  Quantities taken = used;
  add(taken, offered);
  json view = {
      {"id", agent.text.id()},
      {"hostname", agent.text.hostname()},
      {"state", shown_state(agent)},
      {"why", agent.why()},
      {"http_address", agent.text.http_address()},
      {"total", json_forms::of(whole)},
      {"used", json_forms::of(used)},
      {"offered", json_forms::of(offered)},
      {"tasks", state.tasks.count_of(handle)},
      {"attributes",
       agent.attributes == master::kNoSlot ? "" : to_string(state.attributes[agent.attributes])},
      {"registered_unix_ms", agent.registered_at.unix_ms},
      {"version", agent.version == master::kNoSlot ? "" : state.versions[agent.version]}};
  if (agent.drain() != nullptr) view["drain"] = view_of(state, *agent.drain());
  views::add_reservations(state, agent, view);
  // An agent may have shrunk below what runs on it; then nothing is free.
  if (contains(whole, taken)) {
    subtract(whole, taken);
    view["free"] = json_forms::of(whole);
  } else {
    view["free"] = json::object();
  }
  return view;
}

json task_view(const MasterState& state, const TaskStatus& status, std::string_view name,
               const std::string& role, const Resources& resources) {
  json view = json_forms::of(status);
  view["name"] = name;
  view["role"] = role;
  view["resources"] = json_forms::of(resources);
  std::uint32_t agent = find_agent(state, status.agent);
  view["hostname"] = agent == master::kNoSlot ? "" : state.agents[agent].hostname();
  view["agent_http"] = agent == master::kNoSlot ? "" : state.agents[agent].http_address();
  return view;
}

/// Collects one page of tasks.
class TaskPage {
 public:
  explicit TaskPage(const TaskFilter& filter) : filter_(filter) {}

  bool is_full() const { return tasks_.size() >= filter_.limit; }
  bool wants(const TaskStatus& status) const {
    return (filter_.agent.empty() || status.agent.text == filter_.agent) &&
           (filter_.state.empty() || filter_.state == to_string(status.state));
  }
  /// `view` is made only when the task belongs to the page.
  template <class MakeView>
  void take(const TaskStatus& status, MakeView&& view) {
    if (!wants(status) || has_more_) return;
    if (is_full()) {
      has_more_ = true;
    } else if (++passed_ > filter_.after) {
      tasks_.push_back(view());
    }
  }
  json finish() && {
    json page = {{"tasks", std::move(tasks_)}};
    if (has_more_) page["next"] = filter_.after + filter_.limit;
    return page;
  }

 private:
  const TaskFilter& filter_;
  json tasks_ = json::array();
  std::size_t passed_ = 0;
  bool has_more_ = false;
};

void page_framework(const MasterState& state, std::size_t index, TaskPage& page) {
  const FrameworkEntry& framework = state.frameworks[index];
  for (std::uint32_t slot = state.tasks.first_of(framework_handle(index)); slot != master::kNoSlot;
       slot = state.tasks.next_of_framework(slot)) {
    const master::TaskEntry& task = state.tasks[slot];
    TaskStatus status = status_of(state, task);
    page.take(status, [&] {
      return task_view(state, status, task.text.name(),
                       task.role == master::kNoSlot ? "" : state.roles[task.role].text,
                       state.shapes[task.shape]);
    });
  }
  for (auto done = framework.completed.rbegin(); done != framework.completed.rend(); ++done) {
    page.take(done->status, [&] {
      return task_view(state, done->status, done->name, done->role.text,
                       done->shape == master::kNoSlot ? Resources{} : state.shapes[done->shape]);
    });
  }
}

}  // namespace

json cluster(const MasterCore& core, Instant now) {
  const MasterState& state = core.state();
  std::map<std::string, std::size_t> agents_by_state;
  std::map<std::string, std::size_t> frameworks_by_state;
  for (std::size_t i = 0; i < state.agents.size(); ++i) {
    if (is_shown(state.agents[i])) ++agents_by_state[shown_state(state.agents[i])];
  }
  const TaskCounts tasks = count_tasks(state);
  for (const FrameworkEntry& framework : state.frameworks) {
    if (framework.phase != FrameworkPhase::kFree) {
      ++frameworks_by_state[to_string(framework.phase)];
    }
  }
  Quantities offered;
  for (const auto& [id, offer] : state.offers)
    add(offered, scalars(divisible_part(offer.resources)));
  return {{"cluster", state.cluster.text},
          {"version", version()},
          {"epoch", state.epoch.number},
          {"leader_for_ms", (now - state.started_at).ms()},
          {"agents", agents_by_state},
          {"frameworks", frameworks_by_state},
          {"tasks", tasks.by_state},
          {"launches_total", state.launches_total},
          {"offers_total", state.offers_total},
          {"resources",
           {{"total", json_forms::of(core.allocator().cluster_total())},
            {"used", json_forms::of(tasks.used)},
            {"offered", json_forms::of(offered)}}}};
}

json agents(const MasterCore& core) {
  const MasterState& state = core.state();
  std::map<AgentHandle, Quantities> offered = offered_by_agent(state);
  json list = json::array();
  for (std::size_t i = 0; i < state.agents.size(); ++i) {
    if (is_shown(state.agents[i])) list.push_back(view_of(state, i, offered[agent_handle(i)]));
  }
  return {{"agents", std::move(list)}};
}

json roles(const MasterCore& core) {
  const MasterState& state = core.state();
  std::map<std::string, std::set<std::string>> frameworks_of;
  std::map<std::string, std::size_t> tasks_of;
  for (std::size_t i = 0; i < state.frameworks.size(); ++i) {
    const FrameworkEntry& framework = state.frameworks[i];
    if (framework.phase == FrameworkPhase::kFree) continue;
    for (const RoleName& role : framework.info.roles) {
      frameworks_of[role.text].insert(framework.info.id.text);
    }
    for (std::uint32_t slot = state.tasks.first_of(framework_handle(i)); slot != master::kNoSlot;
         slot = state.tasks.next_of_framework(slot)) {
      const master::TaskEntry& task = state.tasks[slot];
      if (task.role != master::kNoSlot && task.holds) ++tasks_of[state.roles[task.role].text];
    }
  }
  json list = json::array();
  for (const RoleShare& share : core.allocator().role_shares()) {
    list.push_back(
        {{"role", share.role.text},
         {"weight", scalar_to_string("weight", share.weight_milli)},
         {"share_milli", share.per_mille},
         {"dominant", share.dominant},
         {"allocated", json_forms::of(share.allocated)},
         {"offered", json_forms::of(share.offered)},
         {"lease_debt", json_forms::of(Quantities{.standard = share.debt, .custom = {}})},
         {"frameworks", frameworks_of[share.role.text].size()},
         {"tasks", tasks_of[share.role.text]}});
  }
  return {{"roles", std::move(list)}};
}

json frameworks(const MasterCore& core) {
  const MasterState& state = core.state();
  json list = json::array();
  for (std::size_t i = 0; i < state.frameworks.size(); ++i) {
    const FrameworkEntry& framework = state.frameworks[i];
    if (framework.phase == FrameworkPhase::kFree) continue;
    json names = json::array();
    for (const RoleName& role : framework.info.roles) names.push_back(role.text);
    list.push_back({{"id", framework.info.id.text},
                    {"name", framework.info.name},
                    {"kind", framework.info.kind},
                    {"principal", framework.info.principal.text},
                    {"roles", std::move(names)},
                    {"state", to_string(framework.phase)},
                    {"api_address", framework.info.api_address},
                    {"tasks", state.tasks.count_of(framework_handle(i))},
                    {"offers", framework.offers},
                    {"registered_unix_ms", framework.registered_at.unix_ms}});
  }
  return {{"frameworks", std::move(list)}};
}

json offers(const MasterCore& core, Instant now) {
  const MasterState& state = core.state();
  json list = json::array();
  for (const auto& [id, offer] : state.offers) {
    list.push_back({{"id", id.number},
                    {"framework", state.frameworks[offer.framework.index].info.id.text},
                    {"role", offer.role.text},
                    {"agent", state.agents[offer.agent.index].text.id()},
                    {"resources", json_forms::of(offer.resources)},
                    {"age_ms", (now - offer.made_at).ms()}});
  }
  return {{"offers", std::move(list)}};
}

json tasks(const MasterCore& core, const TaskFilter& filter) {
  const MasterState& state = core.state();
  TaskPage page(filter);
  for (const auto& [id, index] : state.frameworks_by_id) {
    if (filter.framework.empty() || filter.framework == id.text) page_framework(state, index, page);
  }
  return std::move(page).finish();
}

}  // namespace fairlead::views

// Reclaims: the allocator names who has to give back what. The framework chooses which of its tasks
// end; what is not given at the deadline is taken, the lowest priority and the youngest first.
#include <algorithm>
#include <utility>

#include "common/standard_amounts.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

bool may_end(const MasterState& state, const TaskEntry& task, const allocation::Reclaim& reclaim) {
  return task.framework == reclaim.victim && state.roles[task.role] == reclaim.victim_role &&
         task.holds && (reclaim.kind != ReclaimKind::kPriority || task.priority < reclaim.priority);
}

/// What of it is not ending yet; nullopt when it has ended. What ends of the framework elsewhere
/// counts as well, against what may be taken from its role. O(its tasks).
std::optional<ReclaimNeed> need_of(const Context& c, const allocation::Reclaim& reclaim) {
  std::optional<ReclaimNeed> need = c.allocator.reclaim_need(reclaim.id);
  if (!need) return need;
  for (std::uint32_t slot : c.state.tasks.slots_of(reclaim.victim)) {
    const TaskEntry& task = c.state.tasks[slot];
    if (!task.kill_requested || !may_end(c.state, task, reclaim)) continue;
    StandardAmounts amounts = reclaimable(c.state.shapes[task.shape]);
    if (task.agent == reclaim.agent) subtract(need->lacking, least_of(need->lacking, amounts));
    subtract(need->most, least_of(need->most, amounts));
  }
  return need;
}

void tell(Context& c, const allocation::Reclaim& reclaim) {
  std::optional<ReclaimNeed> need = need_of(c, reclaim);
  if (!need || need->lacking == StandardAmounts{}) return;
  const AgentEntry& agent = c.state.agents[reclaim.agent.index];
  send_to_framework(c, reclaim.victim.index,
                    ReclaimResources{.reclaim = reclaim.id,
                                     .kind = reclaim.kind,
                                     .role = reclaim.victim_role,
                                     .agent = agent.id(),
                                     .hostname = agent.hostname(),
                                     .need = *need,
                                     .priority = reclaim.priority,
                                     .deadline = std::max(reclaim.deadline - c.now, Duration{}),
                                     .beneficiary = reclaim.beneficiary_role,
                                     .shape = reclaim.shape});
}

void kill(Context& c, std::uint32_t slot) {
  const TaskEntry& task = c.state.tasks[slot];
  KillTask kill;
  kill.framework = c.state.frameworks[task.framework.index].info.id;
  kill.task = {std::string(task.text.id())};
  kill.attempt = task.attempt;
  kill.reason = TaskReason::kPreempted;
  c.state.tasks.order_kill(slot, {.reason = kill.reason, .grace = std::nullopt});
  std::uint32_t agent = task.agent.index;
  send_to_agent(c, agent, std::move(kill));
}

/// The deadline has passed.
void take(Context& c, const allocation::Reclaim& reclaim) {
  std::optional<ReclaimNeed> need = need_of(c, reclaim);
  if (!need) return;
  std::vector<EndableTask> tasks;
  std::vector<std::uint32_t> slots;
  for (std::uint32_t slot : c.state.tasks.slots_of(reclaim.agent)) {
    const TaskEntry& task = c.state.tasks[slot];
    if (task.kill_requested || !may_end(c.state, task, reclaim)) continue;
    tasks.push_back({.priority = task.priority,
                     .age = static_cast<std::int64_t>(tasks.size()),
                     .amounts = reclaimable(c.state.shapes[task.shape])});
    slots.push_back(slot);
  }
  for (std::size_t chosen : choose_tasks_to_end(tasks, *need)) kill(c, slots[chosen]);
}

}  // namespace

void begin_reclaim(Context& c, allocation::Reclaim reclaim) {
  ++c.state.reclaims_total[static_cast<std::size_t>(reclaim.kind)];
  c.state.deadlines.add({reclaim.deadline, DeadlineKind::kReclaim, 0, 0});
  const std::string& victim = c.state.frameworks[reclaim.victim.index].info.id.text;
  publish(c, "reclaim_started", victim,
          fairlead::to_string(reclaim.amounts, StandardAmounts{}) + " on agent " +
              c.state.agents[reclaim.agent.index].id().text + " for '" + reclaim.shape +
              "' of role " + reclaim.beneficiary_role.text + " (" + to_string(reclaim.kind) + ")");
  tell(c, reclaim);
  ReclaimId id = reclaim.id;
  c.state.reclaims.emplace(id, OpenReclaim{.reclaim = std::move(reclaim)});
}

void end_reclaim(Context& c, const allocation::ReclaimEnded& ended) {
  auto known = c.state.reclaims.find(ended.id);
  if (known == c.state.reclaims.end()) return;
  c.state.reclaims.erase(known);
  const FrameworkEntry& victim = c.state.frameworks[ended.victim.index];
  publish(c, "reclaim_ended", victim.info.id.text, ended.why);
  send_to_framework(c, ended.victim.index, ReclaimCancelled{ended.id, ended.why});
}

void tell_of_reclaims(Context& c, std::uint32_t framework) {
  for (const auto& [id, open] : c.state.reclaims) {
    bool is_its = open.reclaim.victim.index == framework;
    if (is_its) tell(c, open.reclaim);
  }
}

void on_reclaims_due(Context& c) {
  for (auto& [id, open] : c.state.reclaims) {
    if (open.reclaim.deadline > c.now || std::exchange(open.is_taken, true)) continue;
    take(c, open.reclaim);
  }
}

}  // namespace fairlead::master

// The end of a framework: tombstone, kills, history.
#include <algorithm>
#include <set>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {

FrameworkRecord tombstone_of(const Context& c, std::uint32_t slot) {
  return {c.state.frameworks[slot].info, true};
}

bool is_being_removed(const MasterState& state, const FrameworkId& id) {
  return std::ranges::any_of(state.writes, [&](const auto& one) {
    const auto* remove = std::get_if<RemoveFramework>(&one.second.then);
    if (remove != nullptr) return remove->framework == id;
    const auto* write = std::get_if<OperatorWrite>(&one.second.then);
    const auto* teardown =
        write == nullptr ? nullptr : std::get_if<TeardownFramework>(&write->body);
    return teardown != nullptr && teardown->framework == id;
  });
}

void remove_framework(Context& c, std::uint32_t slot, const std::string& reason) {
  const FrameworkId& id = c.state.frameworks[slot].info.id;
  for (const auto& [ticket, write] : c.state.writes) {
    const auto* remove = std::get_if<RemoveFramework>(&write.then);
    if (remove != nullptr && remove->framework == id) return;
  }
  write_registry(c, {tombstone_of(c, slot)}, {}, {RemoveFramework{id, reason}});
}

void on_framework_removed(Context& c, const FrameworkId& id, const std::string& reason) {
  MasterState& state = c.state;
  std::uint32_t slot = find_framework(state, id);
  if (slot == kNoSlot || state.frameworks[slot].phase == FrameworkPhase::kRemoving) return;
  FrameworkEntry& framework = state.frameworks[slot];
  send_to_framework(
      c, slot,
      FrameworkRefused{{ErrorCode::kConflict, "the framework was removed: " + reason}, true});
  framework.phase = FrameworkPhase::kRemoving;
  tell_allocator(c, allocation::FrameworkActivated{FrameworkHandle{slot}, false});
  publish(c, "framework_removed", id.text, reason);
  forget_inverse_offers(c, id);
  state.completed_frameworks.push_back({framework.info, wall(state, c.now), reason});
  if (state.completed_frameworks.size() > limits::kCompletedFrameworksMax) {
    state.completed_frameworks.pop_front();
  }
  state.tombstones.push_back(id);
  if (state.tombstones.size() > limits::kFrameworksMax) {
    // Ids are never given twice, so an unknown id is refused as well; only the message differs.
    write_registry(c, {}, {"framework/" + state.tombstones.front().text}, {Housekeeping{}});
    state.tombstones.pop_front();
  }
  std::set<std::uint32_t> agents;
  for (std::uint32_t task : state.tasks.slots_of(FrameworkHandle{slot})) {
    const TaskEntry& entry = state.tasks[task];
    const AgentEntry& agent = state.agents[entry.agent.index];
    if (agent.is_there()) agents.insert(entry.agent.index);
    // Nobody waits for the acknowledgement of what ended; nobody can be asked about the rest.
    if (is_terminal(entry.state) || !agent.is_there()) erase_task(c, task);
  }
  for (std::uint32_t agent : agents) send_to_agent(c, agent, FrameworkRemoved{id});
  state.deadlines.add({c.now + c.config.removal_grace, DeadlineKind::kFrameworkRemoval, slot,
                       framework.generation});
  finish_removal(c, slot, false);
}

void finish_removal(Context& c, std::uint32_t slot, bool grace_is_over) {
  MasterState& state = c.state;
  FrameworkEntry& framework = state.frameworks[slot];
  FrameworkHandle handle{slot};
  if (framework.phase != FrameworkPhase::kRemoving) return;
  if (!grace_is_over && state.tasks.count_of(handle) > 0) return;
  for (std::uint32_t task : state.tasks.slots_of(handle)) {
    // An agent that came back late was told late, and may still be killing it.
    const TaskEntry& entry = state.tasks[task];
    if (!is_terminal(entry.state)) await_unseen_ends(c, entry.agent.index);
    erase_task(c, task);
  }
  for (const CompletedTask& one : framework.completed) state.shapes.release(one.shape);
  tell_allocator(c, allocation::FrameworkRemoved{handle});
  // Its rescinded offers must be gone from the table before the slot has another owner.
  translate_allocations(c);
  state.frameworks_by_id.erase(framework.info.id);
  std::uint32_t generation = framework.generation + 1;
  framework = FrameworkEntry{};
  framework.generation = generation;
  state.frameworks_free.push_back(slot);
}

}  // namespace fairlead::master

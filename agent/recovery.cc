#include "agent/recovery.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "agent/checkpoint.h"
#include "agent/container_spec.h"
#include "agent/garbage.h"
#include "agent/status_streams.h"
#include "common/check.h"
#include "common/limits.h"

namespace fairlead {
namespace {

/// Higher than any number that the damaged row of a task can have counted to.
constexpr std::uint64_t kUpdateAfterDamage = 1'000'000;

void recover_task(AgentContext& context, TaskRecord record, bool has_rebooted) {
  AgentTask task{.record = std::move(record), .is_adopted = true};
  task.updates_durable = task.record.update_next - 1;
  bool has_ended = is_terminal(task.record.latest.state);
  task.stage = has_ended ? ContainerStage::kEnded : ContainerStage::kLaunching;
  AgentTask& kept = insert_task(context.state, std::move(task));
  if (has_ended) return;
  if (kept.record.phase == LaunchPhase::kPrepared) {
    kept.is_prepared_durably = true;
    kept.stage = ContainerStage::kPrepared;  // nothing of it ran, and it is counted on
    return;
  }
  if (has_rebooted) {
    kept.stage = ContainerStage::kEnded;
    kept.record.phase = LaunchPhase::kExited;
    add_update(
        context, kept,
        {TaskState::kGone, TaskReason::kAgentRestarted, "the machine was restarted", {}, {}});
    return save(context, kept);
  }
  context.emit(
      AdoptContainer{container_spec(context.config, context.state.info, kept.record.launch),
                     ShimIdentity{kept.record.shim_pid, kept.record.shim_start_ticks}});
}

/// For a first life, or when the record of the identity was damaged: then the tasks still tell
/// whose they are and the highest epoch among them. The boot counts as the same one, as a shim is
/// never taken for another's: what a reboot ended is found out by looking.
IdentityRecord identity_without_record(const AgentStarted& started,
                                       const std::vector<TaskRecord>& tasks) {
  IdentityRecord identity;
  identity.agent = tasks.empty() ? started.fresh_id : tasks.front().launch.token.agent;
  identity.boot_id = started.boot_id;
  for (const TaskRecord& task : tasks) {
    identity.epoch_seen = std::max(identity.epoch_seen, task.epoch);
  }
  return identity;
}

/// The end of a task whose row is damaged. Its sandbox tells which task it was.
TaskRecord record_of_damaged(const LaunchToken& token) {
  TaskRecord record{.container = container_id(token).text, .phase = LaunchPhase::kExited};
  record.launch.token = token;
  record.launch.role = RoleName{"*"};  // the row knew; of an ended task nobody asks
  record.launch.spec.id = token.task;
  record.launch.spec.name = token.task.text;
  record.update_next = kUpdateAfterDamage;
  return record;
}

/// A task whose row is damaged has nobody who answers for it, and silence would be taken for a
/// launch that never arrived. Its sandbox tells that it was launched: whatever of it still runs is
/// destroyed with the orphans, and its end is said. The record of that takes the damaged row's
/// place; a life that ends before finds the row again. Without a sandbox it never ran, and the row
/// is erased.
void recover_damaged(AgentContext& context, const std::vector<std::string>& quarantined) {
  std::set<std::string> damaged(quarantined.begin(), quarantined.end());
  damaged.erase(std::string(kIdentityRowKey));  // its new record replaces it in any case
  if (damaged.empty()) return;
  for (const LeftoverSandbox& left : context.config.leftover_sandboxes) {
    std::optional<LaunchToken> token = token_of_sandbox(left.path);
    if (!token) continue;
    token->agent = context.state.info.id;
    TaskRecord record = record_of_damaged(*token);
    if (damaged.erase(task_row_key(record.container)) == 0) continue;
    AgentTask& kept =
        insert_task(context.state, {.record = std::move(record), .stage = ContainerStage::kEnded});
    add_update(context, kept,
               {TaskState::kGone,
                TaskReason::kAgentRestarted,
                "its record on the agent was damaged",
                {},
                {}});
    save(context, kept);
  }
  erase_rows(context, {damaged.begin(), damaged.end()});
}

/// Above every session of the life before, whatever the clock says now.
Session next_life(Session before, Session by_clock) {
  check(before.number <= ~std::uint64_t{0} - limits::kSessionsOfALifeMax, "sessions are left");
  return std::max(by_clock, Session{before.number + limits::kSessionsOfALifeMax});
}

}  // namespace

void recover(AgentContext& context, const AgentStarted& started) {
  AgentState& state = context.state;
  state.info = started.info;
  state.wall_at_zero = started.wall_at_zero;
  std::vector<TaskRecord> tasks;
  for (const CheckpointRecord& record : started.checkpoint) {
    if (const auto* identity = std::get_if<IdentityRecord>(&record)) state.identity = *identity;
    if (const auto* task = std::get_if<TaskRecord>(&record)) tasks.push_back(*task);
  }
  if (state.identity.agent.empty()) state.identity = identity_without_record(started, tasks);
  state.info.id = state.identity.agent;
  state.link.epoch_durable = state.identity.epoch_seen;
  bool has_rebooted = state.identity.boot_id != started.boot_id;
  state.identity.boot_id = started.boot_id;
  state.identity.session = next_life(state.identity.session, started.session);

  // Only what is looked for is spared: a container whose task has ended is nobody's.
  std::vector<ContainerId> known;
  for (TaskRecord& task : tasks) {
    bool is_looked_for =
        !has_rebooted && !is_terminal(task.latest.state) && task.phase != LaunchPhase::kPrepared;
    if (is_looked_for) known.push_back(ContainerId{task.container});
    recover_task(context, std::move(task), has_rebooted);
  }
  recover_damaged(context, started.quarantined);
  context.emit(DestroyOrphans{std::move(known)});
  recover_sandboxes(context);
  save_identity(context, state.identity.epoch_seen);
}

}  // namespace fairlead

#include "agent/checkpoint.h"

#include <utility>

#include "agent/containers.h"
#include "agent/gangs.h"
#include "agent/registration.h"
#include "agent/status_streams.h"

namespace fairlead {
namespace {

Ticket open_write(AgentContext& context, OpenWrite write) {
  Ticket ticket{context.state.ticket_next++};
  context.state.writes.emplace(ticket, write);
  return ticket;
}

void on_task_durable(AgentContext& context, const OpenWrite& write) {
  AgentTask* task = find_task(context.state, write.serial);
  if (task == nullptr) return;
  std::uint64_t before =
      std::exchange(task->updates_durable, std::max(task->updates_durable, write.updates_through));
  send_updates(context, *task, before);
  const FrameworkId framework = task->record.launch.token.framework;
  const GangId gang = task->record.gang;
  const bool is_prepared = write.phase == LaunchPhase::kPrepared;
  const bool was_prepared = std::exchange(task->is_prepared_durably, is_prepared);
  // An earlier write of the task says less than what is waited for.
  bool is_waited_for =
      task->stage == ContainerStage::kWaitsForWrite && write.phase == task->record.phase;
  if (is_waited_for && is_prepared) return on_prepared(context, *task);
  if (is_waited_for) launch_or_end(context, *task);
  if (was_prepared && !is_prepared) say_if_settled(context, framework, gang);
}

void on_task_refused(AgentContext& context, const OpenWrite& write, const std::string& reason) {
  AgentTask* task = find_task(context.state, write.serial);
  if (task == nullptr) return;
  context.state.disk.writes_refused_why = reason;
  bool is_committed = !task->record.gang.empty() && write.phase == LaunchPhase::kAccepted;
  if (task->stage == ContainerStage::kWaitsForWrite && !is_committed) {
    // Nothing happened yet: to drop it loses nothing.
    drop(context, *task, "the agent cannot record it: " + reason);
    return;
  }
  context.state.timers.arm(TimerKind::kWriteRetry, write.serial,
                           context.now + context.config.write_retry);
}

}  // namespace

std::string task_row_key(const std::string& container) {
  return "task/" + container;
}

void save(AgentContext& context, AgentTask& task) {
  OpenWrite write{.kind = OpenWrite::Kind::kTask,
                  .serial = serial_of(context.state, task),
                  .updates_through = task.record.update_next - 1,
                  .phase = task.record.phase};
  Ticket ticket = open_write(context, write);
  if (!context.config.checkpoint) {
    return on_written(context, {.ticket = ticket, .outcome = WriteOutcome::kPersisted});
  }
  context.emit(WriteCheckpoint{.ticket = ticket,
                               .put = {task.record},
                               .erase = {},
                               .may_use_reserve = task.record.phase == LaunchPhase::kExited});
}

void save_identity(AgentContext& context, Epoch epoch) {
  context.state.identity.epoch_seen = epoch;
  Ticket ticket = open_write(context, {.kind = OpenWrite::Kind::kIdentity, .epoch = epoch});
  context.emit(WriteCheckpoint{.ticket = ticket, .put = {context.state.identity}, .erase = {}});
}

void erase_record(AgentContext& context, const AgentTask& task) {
  erase_rows(context, {task_row_key(task.record.container)});
}

void erase_rows(AgentContext& context, std::vector<std::string> keys) {
  if (!context.config.checkpoint || keys.empty()) return;
  Ticket ticket = open_write(context, {.kind = OpenWrite::Kind::kErased});
  context.emit(WriteCheckpoint{.ticket = ticket, .put = {}, .erase = std::move(keys)});
}

void on_written(AgentContext& context, const CheckpointWritten& written) {
  auto found = context.state.writes.find(written.ticket);
  if (found == context.state.writes.end()) return context.reject("unknown_ticket");
  OpenWrite write = found->second;
  context.state.writes.erase(found);
  if (written.outcome == WriteOutcome::kPersisted) {
    context.state.disk.writes_refused_why.clear();
    if (write.kind == OpenWrite::Kind::kIdentity) on_identity_durable(context, write.epoch);
    if (write.kind == OpenWrite::Kind::kTask) on_task_durable(context, write);
    return;
  }
  bool can_go_on =
      written.outcome == WriteOutcome::kRefused && write.kind != OpenWrite::Kind::kIdentity;
  if (!can_go_on) {
    context.state.has_ended = true;
    context.emit(EndAgent{"checkpoint: " + written.reason +
                          "; hint: make room below --state-dir and start the agent again"});
  } else if (write.kind == OpenWrite::Kind::kTask) {
    on_task_refused(context, write, written.reason);
  }
}

}  // namespace fairlead

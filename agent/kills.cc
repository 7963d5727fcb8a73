#include "agent/kills.h"

#include <algorithm>
#include <vector>

#include "agent/checkpoint.h"
#include "agent/containers.h"
#include "agent/status_streams.h"
#include "common/limits.h"

namespace fairlead {
void on_kill(AgentContext& context, const KillTask& kill) {
  bool is_known = false;
  for (Serial serial : tasks_of(context.state, kill.framework)) {
    AgentTask& task = context.state.tasks.at(serial);
    const LaunchToken& token = task.record.launch.token;
    bool is_meant = token.task == kill.task && (kill.attempt == 0 || kill.attempt == token.attempt);
    if (!is_meant) continue;
    is_known = true;
    request_kill(context, task, kill.grace, kill.reason);
  }
  if (is_known) return;
  send_bare_status(context, {kill.framework, kill.task, kill.attempt, context.state.info.id},
                   {TaskState::kGone, TaskReason::kReconciliation, "no such task here", {}, {}});
}

void request_kill(AgentContext& context, AgentTask& task, std::optional<Duration> grace,
                  TaskReason reason) {
  if (task.stage == ContainerStage::kEnded) return;
  bool is_first = !task.record.kill_requested;
  Duration wanted = grace.value_or(task.record.launch.spec.kill_grace);
  if (!is_first && task.kill_grace && wanted >= *task.kill_grace) return;
  task.kill_grace = wanted;
  if (is_first) {
    task.record.kill_requested = true;
    task.record.kill_reason = reason;
    // A restart in the grace period must not forget the kill; nothing waits for this write.
    if (task.stage != ContainerStage::kWaitsForWrite) save(context, task);
    send_bare_status(context, task.record.launch.token, {TaskState::kKilling, reason, "", {}, {}});
  }
  if (task.stage == ContainerStage::kRunning) return terminate(context, task);
  // There is nothing to wait for: the rest of its gang hears of it.
  if (task.stage == ContainerStage::kPrepared) launch_or_end(context, task);
}

void terminate(AgentContext& context, AgentTask& task) {
  context.emit(TerminateContainer{ContainerId{task.record.container}});
  Duration grace = task.kill_grace.value_or(task.record.launch.spec.kill_grace);
  // A kill that came earlier may have less of its own grace left than this one grants.
  Serial serial = serial_of(context.state, task);
  Timers& timers = context.state.timers;
  timers.arm(TimerKind::kKill, serial,
             std::min(timers.due(TimerKind::kKill, serial), context.now + grace));
}

void kill_for_good(AgentContext& context, AgentTask& task) {
  context.emit(KillContainer{ContainerId{task.record.container}});
  context.state.timers.arm(TimerKind::kKill, serial_of(context.state, task),
                           context.now + context.config.kill_repeat);
}

void on_framework_removed(AgentContext& context, const FrameworkId& framework) {
  for (Serial serial : tasks_of(context.state, framework)) {
    AgentTask& task = context.state.tasks.at(serial);
    task.is_abandoned = true;
    if (task.stage == ContainerStage::kEnded) {
      forget(context, task);
    } else {
      // Nobody answers for it any more: it must be over before the master forgets it, too.
      request_kill(context, task,
                   std::min(task.record.launch.spec.kill_grace, limits::kRemovalKillGraceMax),
                   TaskReason::kFrameworkRemoved);
    }
  }
}

}  // namespace fairlead

#include "agent/agent_core.h"

#include <utility>
#include <variant>

#include "agent/checkpoint.h"
#include "agent/containers.h"
#include "agent/context.h"
#include "agent/garbage.h"
#include "agent/kills.h"
#include "agent/recovery.h"
#include "agent/registration.h"
#include "agent/status_streams.h"
#include "agent/volumes.h"

namespace fairlead {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

void on_timer(AgentContext& context, const Timer& timer) {
  AgentTask* task = find_task(context.state, timer.serial);
  switch (timer.kind) {
    case TimerKind::kRegister:
    case TimerKind::kMasterSilent:
      return begin_registering(context);
    case TimerKind::kHeartbeat:
      return beat(context);
    case TimerKind::kSandboxes:
      return remove_old_sandboxes(context);
    case TimerKind::kStatusRetry:
      return task != nullptr ? repeat_updates(context, *task) : void();
    case TimerKind::kWriteRetry:
      return task != nullptr ? save(context, *task) : void();
    case TimerKind::kKill:
      return task != nullptr ? kill_for_good(context, *task) : void();
    case TimerKind::kDuration:
      return task != nullptr ? request_kill(context, *task, {}, TaskReason::kDurationLimit)
                             : void();
  }
}

}  // namespace

AgentCore::AgentCore(AgentConfig config) : config_(std::move(config)) {
  state_.random = config_.seed;
}

void AgentCore::step(Instant now, const AgentEvent& event, std::vector<AgentAction>& out) {
  AgentContext context{now, config_, state_, out};
  if (state_.has_ended) return;
  if (state_.info.id.empty() && !std::holds_alternative<AgentStarted>(event)) return;
  while (std::optional<Timer> due = state_.timers.take_due(now)) on_timer(context, *due);
  std::visit(Overloaded{
                 [&](const AgentStarted& started) { recover(context, started); },
                 [&](const MasterSaid& said) { on_master_said(context, said); },
                 [&](const MasterLinkBroken&) { on_link_broken(context); },
                 [&](const MasterLinkRestored&) { on_link_restored(context); },
                 [&](const CheckpointWritten& written) { on_written(context, written); },
                 [&](const ContainerStarted& started) { on_container_started(context, started); },
                 [&](const ContainerExited& exited) { on_container_exited(context, exited.exit); },
                 [&](const ContainerSampled& sampled) { on_sampled(context, sampled); },
                 [&](const DiskSampled& sampled) { on_disk_sampled(context, sampled); },
                 [&](const TimePassed&) {},
                 [&](const VolumeRemoved& removed) { on_volume_removed(context, removed); },
             },
             event);
}

}  // namespace fairlead

#include "agent/gangs.h"

#include <algorithm>
#include <vector>

#include "agent/checkpoint.h"
#include "agent/containers.h"

namespace fairlead {
namespace {

std::vector<Serial> tasks_of(const AgentState& state, const FrameworkId& framework,
                             const GangId& gang) {
  std::vector<Serial> serials = tasks_of(state, framework);
  std::erase_if(serials, [&](Serial one) { return state.tasks.at(one).record.gang != gang; });
  return serials;
}

void say_prepared(AgentContext& context, const AgentTask& task) {
  const LaunchToken& token = task.record.launch.token;
  context.send(TaskPrepared{.gang = task.record.gang,
                            .framework = token.framework,
                            .task = token.task,
                            .attempt = token.attempt});
}

/// The container is ordered once the decision is durable here, too.
void commit(AgentContext& context, AgentTask& task) {
  task.record.phase = LaunchPhase::kAccepted;
  task.stage = ContainerStage::kWaitsForWrite;
  save(context, task);
}

}  // namespace

void on_prepare(AgentContext& context, const PrepareTask& prepare, const EnvelopeHeader& header) {
  on_launch(context, prepare.launch, header, prepare.gang);
}

void on_prepared(AgentContext& context, AgentTask& task) {
  task.stage = ContainerStage::kPrepared;
  if (task.record.kill_requested) return launch_or_end(context, task);
  if (context.state.link.is_registered) say_prepared(context, task);
}

void say_all_prepared(AgentContext& context) {
  for (const auto& [serial, task] : context.state.tasks) {
    if (task.stage == ContainerStage::kPrepared) say_prepared(context, task);
  }
}

void on_gang_decided(AgentContext& context, const DecideGang& decided,
                     const EnvelopeHeader& header) {
  // Asked for again after the next welcome.
  if (!is_obeyed(context, header)) return context.reject("decision_stale");
  for (Serial serial : tasks_of(context.state, decided.framework, decided.gang)) {
    AgentTask& task = context.state.tasks.at(serial);
    if (task.record.phase != LaunchPhase::kPrepared) continue;
    if (!decided.commit) {
      end_unstarted(context, task,
                    {TaskState::kDropped, TaskReason::kGangAborted, decided.why, {}, {}});
    } else if (task.stage == ContainerStage::kPrepared) {
      commit(context, task);
    }
  }
  say_if_settled(context, decided.framework, decided.gang);
}

void say_if_settled(AgentContext& context, const FrameworkId& framework, const GangId& gang) {
  const AgentState& state = context.state;
  const std::vector<Serial> serials = tasks_of(state, framework, gang);
  bool waits = std::ranges::any_of(serials, [&](Serial serial) {
    const AgentTask& task = state.tasks.at(serial);
    return task.record.phase == LaunchPhase::kPrepared || task.is_prepared_durably ||
           task.stage == ContainerStage::kWaitsForWrite;
  });
  if (waits || !state.link.is_registered) return;
  context.send(GangSettled{.framework = framework, .gang = gang});
}

}  // namespace fairlead

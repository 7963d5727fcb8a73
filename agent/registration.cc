#include "agent/registration.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "agent/checkpoint.h"
#include "agent/containers.h"
#include "agent/gangs.h"
#include "agent/garbage.h"
#include "agent/kills.h"
#include "agent/registration_parts.h"
#include "agent/registration_slot.h"
#include "agent/status_streams.h"
#include "agent/volumes.h"
#include "common/return_window.h"

namespace fairlead {
namespace {

constexpr Duration kBeatMin = milliseconds(10);

/// What may be told: a state that is not durable has not happened, and frees nothing.
TaskStatus latest_durable(const AgentTask& task) {
  const TaskRecord& record = task.record;
  if (record.latest.update <= task.updates_durable) return record.latest;
  TaskStatus durable = record.latest;
  for (const TaskStatus& open : record.unacknowledged) {
    if (open.update <= task.updates_durable) durable = open;
  }
  if (durable.update <= task.updates_durable) return durable;
  // The one before was acknowledged, or there was none.
  bool has_run = task.updates_durable > 0;
  durable.state = has_run ? TaskState::kRunning : TaskState::kStaging;
  durable.reason = TaskReason::kNone;
  durable.message.clear();
  durable.update = task.updates_durable;
  durable.exit.reset();
  durable.usage.reset();
  return durable;
}

RegisterAgent everything(const AgentState& state) {
  RegisterAgent all{.agent = state.info, .epoch_seen = state.link.epoch_durable, .tasks = {}};
  for (const auto& [serial, task] : state.tasks) {
    const LaunchTask& launch = task.record.launch;
    TaskStatus status = latest_durable(task);
    bool has_ended = is_terminal(status.state);
    all.tasks.push_back({.token = launch.token,
                         .name = launch.spec.name,
                         .role = launch.role,
                         .resources = has_ended ? Resources{} : launch.spec.resources,
                         .status = std::move(status),
                         .priority = launch.spec.priority});
  }
  return all;
}

void end_agent(AgentContext& context, std::string reason) {
  context.state.has_ended = true;
  context.emit(EndAgent{std::move(reason)});
}

void kill_everything(AgentContext& context) {
  for (const auto& [serial, task] : context.state.tasks) {
    if (task.stage == ContainerStage::kEnded) continue;
    context.emit(KillContainer{ContainerId{task.record.container}});
  }
}

/// From now on the master may launch here, and decide what waits.
void acknowledge(AgentContext& context, Epoch epoch) {
  context.send(EpochAcknowledged{epoch});
  say_all_prepared(context);
}

void on_welcome(AgentContext& context, const AgentWelcome& welcome, const EnvelopeHeader& header) {
  AgentState& state = context.state;
  MasterLink& link = state.link;
  if (!state.identity.cluster.empty() && state.identity.cluster != welcome.cluster) {
    return end_agent(context, "cluster: expected " + state.identity.cluster.text + ", got " +
                                  welcome.cluster.text +
                                  "; hint: --master points to another cluster, or its registry "
                                  "was wiped; a new --state-dir joins it as a new agent");
  }
  link.cluster_agents = welcome.agents;
  link.cluster_tasks = welcome.tasks;
  // An answer to a repeated RegisterAgent, or only news of the cluster's size. Another leader's
  // welcome is news, even when no link broke.
  if (link.is_registered && welcome.epoch == link.epoch_welcome) return;
  link.is_registered = true;
  link.epoch_welcome = welcome.epoch;
  link.session = header.session;
  // A beat of zero would be due again at once, for ever.
  link.heartbeat_every = std::max(welcome.heartbeat_every, kBeatMin);
  link.unreachable_after = std::max(welcome.unreachable_after, kBeatMin);
  link.backoff = context.config.register_backoff_min;
  state.timers.disarm(TimerKind::kRegister, 0);
  state.timers.arm(TimerKind::kHeartbeat, 0, context.now + link.heartbeat_every);
  bool is_news = welcome.epoch > link.epoch_durable || state.identity.cluster.empty();
  state.identity.cluster = welcome.cluster;
  if (is_news) {
    save_identity(context, welcome.epoch);
  } else {
    acknowledge(context, welcome.epoch);
  }
  repeat_all_updates(context);
}

/// Until the next welcome.
void stop_beating(AgentContext& context) {
  context.state.link.is_registered = false;
  context.state.timers.disarm(TimerKind::kHeartbeat, 0);
  context.state.timers.disarm(TimerKind::kMasterSilent, 0);
}

void register_in_slot(AgentContext& context) {
  MasterLink& link = context.state.link;
  if (!link.is_started) return;
  // An answer may take as long as all others together; who asks again meanwhile asks for the same
  // work twice.
  link.backoff = std::max(link.backoff, registration_window(link));
  const Duration wait = draw_registration_slot(context.state);
  if (wait == Duration{}) return begin_registering(context);
  stop_beating(context);
  link.awaits_slot = true;
  context.state.timers.arm(TimerKind::kRegister, 0, context.now + wait);
}

}  // namespace

void begin_registering(AgentContext& context) {
  MasterLink& link = context.state.link;
  if (!link.is_started) return;
  stop_beating(context);
  link.awaits_slot = false;
  std::size_t part_bytes_max = context.config.registration_part_bytes;
  for (AgentToMaster& message : in_parts(everything(context.state), part_bytes_max)) {
    context.send(std::move(message));
  }
  if (link.backoff == Duration{}) link.backoff = context.config.register_backoff_min;
  // Up to a quarter more, so that agents that lost one master do not come back in step.
  auto jitter = static_cast<std::int64_t>(next_random(context.state.random) % 256);
  context.state.timers.arm(TimerKind::kRegister, 0,
                           context.now + link.backoff + link.backoff * jitter / 1024);
  link.backoff = std::min(link.backoff * 2, context.config.register_backoff_max);
}

void on_link_broken(AgentContext& context) {
  // Whoever waits for a slot has nothing more to lose.
  if (!context.state.link.awaits_slot) register_in_slot(context);
}

void on_link_restored(AgentContext& context) {
  context.state.link.backoff = {};  // on this link nobody has left a question unanswered yet
  register_in_slot(context);
}

void beat(AgentContext& context) {
  MasterLink& link = context.state.link;
  if (!link.is_registered) return;
  std::string why_not = why_no_launches(context.state, context.config);
  context.send(AgentHeartbeat{.accepts_launches = why_not.empty(), .why_not = why_not});
  context.state.timers.arm(TimerKind::kHeartbeat, 0, context.now + link.heartbeat_every);
}

void on_identity_durable(AgentContext& context, Epoch epoch) {
  MasterLink& link = context.state.link;
  link.epoch_durable = std::max(link.epoch_durable, epoch);
  if (!link.is_started) {
    link.is_started = true;
    return begin_registering(context);
  }
  if (link.is_registered && link.epoch_welcome == epoch) acknowledge(context, epoch);
}

void on_master_said(AgentContext& context, const MasterSaid& said) {
  MasterLink& link = context.state.link;
  if (!link.is_started) return context.reject("not_started");  // meant for an earlier life
  if (said.header.epoch < std::max(link.epoch_durable, link.epoch_welcome)) {
    return context.reject("epoch_stale");
  }
  if (const auto* refused = std::get_if<AgentRefused>(&said.message)) {
    // The cluster takes this agent's tasks for gone: none may outlive that.
    if (refused->gone) kill_everything(context);
    return end_agent(context, "the master refused this agent: " + refused->error.message);
  }
  const bool is_about_registering = std::holds_alternative<AgentResync>(said.message) ||
                                    std::holds_alternative<AgentWelcome>(said.message);
  // Meant for the session that is over; in its slot it registers in any case.
  if (is_about_registering && link.awaits_slot) return context.reject("before_slot");
  if (std::holds_alternative<AgentResync>(said.message)) return begin_registering(context);
  if (const auto* welcome = std::get_if<AgentWelcome>(&said.message)) {
    on_welcome(context, *welcome, said.header);
  } else if (const auto* launch = std::get_if<LaunchTask>(&said.message)) {
    on_launch(context, *launch, said.header);
  } else if (const auto* prepare = std::get_if<PrepareTask>(&said.message)) {
    on_prepare(context, *prepare, said.header);
  } else if (const auto* decided = std::get_if<DecideGang>(&said.message)) {
    on_gang_decided(context, *decided, said.header);
  } else if (const auto* kill = std::get_if<KillTask>(&said.message)) {
    on_kill(context, *kill);
  } else if (const auto* acknowledged = std::get_if<AcknowledgeStatus>(&said.message)) {
    on_acknowledged(context, *acknowledged);
  } else if (const auto* removed = std::get_if<FrameworkRemoved>(&said.message)) {
    on_framework_removed(context, removed->framework);
  } else if (const auto* destroy = std::get_if<DestroyVolume>(&said.message)) {
    on_destroy_volume(context, *destroy, said.header);
  }
  if (link.is_registered) {
    context.state.timers.arm(TimerKind::kMasterSilent, 0, context.now + link.unreachable_after);
  }
}

}  // namespace fairlead

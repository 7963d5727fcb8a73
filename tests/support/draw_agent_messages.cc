#include <optional>

#include "tests/support/draw.h"
#include "tests/support/draw_messages.h"
#include "tests/support/draw_values.h"

namespace fairlead::generators {
namespace {

VolumeName draw_volume_name() {
  return {.role = role(), .id = id_text()};
}

LaunchToken draw_token() {
  return {.framework = id<FrameworkId>(),
          .task = id<TaskId>(),
          .attempt = any_number32(),
          .agent = id<AgentId>()};
}

TaskReport draw_report() {
  TaskReport out;
  out.status = draw_status();
  out.token = coin() ? draw_token()
                     : LaunchToken{out.status.framework, out.status.task, out.status.attempt,
                                   out.status.agent};
  out.name = text();
  if (coin()) out.role = role();
  if (coin()) out.resources = draw_resources();
  if (coin()) out.priority = static_cast<std::int32_t>(any_number32());
  return out;
}

RegisterAgent draw_registration() {
  return {.agent = {.id = id<AgentId>(),
                    .hostname = text(),
                    .http_address = text(),
                    .total = draw_resources(),
                    .attributes = draw_attributes(),
                    .version = text(10)},
          .epoch_seen = {any_number()},
          .tasks = list_of(3, draw_report)};
}

}  // namespace

LaunchTask draw_launch() {
  return {.token = draw_token(), .role = role(), .framework_name = text(), .spec = draw_spec()};
}

KillTask draw_kill() {
  KillTask out{.framework = maybe_id<FrameworkId>(),
               .task = id<TaskId>(),
               .attempt = any_number32(),
               .grace = std::nullopt,
               .reason = one_of(TaskReason::kGangAborted)};
  if (coin()) out.grace = duration();
  return out;
}

AcknowledgeStatus draw_acknowledge() {
  return {.framework = maybe_id<FrameworkId>(),
          .task = id<TaskId>(),
          .attempt = any_number32(),
          .agent = maybe_id<AgentId>(),
          .update = any_number()};
}

AgentToMaster draw_agent_to_master() {
  switch (below(9)) {
    case 0:
      return draw_registration();
    case 1:
      return EpochAcknowledged{{any_number()}};
    case 2:
      return AgentHeartbeat{.accepts_launches = coin(), .why_not = text()};
    case 3:
      return AgentStatusUpdate{draw_status()};
    case 4:
      return RegisterAgentPart{.part = static_cast<std::uint32_t>(below(4)),
                               .parts = static_cast<std::uint32_t>(below(4)),
                               .content = draw_registration()};
    case 5:
      return TaskPrepared{.gang = id<GangId>(),
                          .framework = id<FrameworkId>(),
                          .task = id<TaskId>(),
                          .attempt = any_number32()};
    case 6:
      return GangSettled{.framework = id<FrameworkId>(), .gang = id<GangId>()};
    case 7:
      return VolumeDestroyed{.volume = draw_volume_name(), .why_not = text()};
    default:
      return AgentGoodbye{};
  }
}

/// As it travels: denied is said of gone agents alone, and always of those.
AgentRefused draw_refused() {
  AgentRefused out{draw_error(), coin()};
  bool is_denied = out.error.code == ErrorCode::kDenied;
  if (out.gone != is_denied) out.error.code = out.gone ? ErrorCode::kDenied : ErrorCode::kConflict;
  return out;
}

MasterToAgent draw_master_to_agent() {
  switch (below(11)) {
    case 0:
      return AgentWelcome{.agent = id<AgentId>(),
                          .cluster = id<ClusterId>(),
                          .epoch = {any_number()},
                          .heartbeat_every = duration(),
                          .unreachable_after = duration(),
                          .agents = any_number(),
                          .tasks = any_number()};
    case 1:
      return draw_refused();
    case 2:
      return AgentResync{text()};
    case 3:
      return HeartbeatEcho{};
    case 4:
      return draw_launch();
    case 5:
      return draw_kill();
    case 6:
      return draw_acknowledge();
    case 7:
      return PrepareTask{.gang = id<GangId>(), .launch = draw_launch()};
    case 8:
      return DecideGang{
          .framework = id<FrameworkId>(), .gang = id<GangId>(), .commit = coin(), .why = text()};
    case 9:
      return DestroyVolume{draw_volume_name()};
    default:
      return FrameworkRemoved{id<FrameworkId>()};
  }
}

}  // namespace fairlead::generators

#include <algorithm>

#include "common/limits.h"
#include "tests/support/draw.h"
#include "tests/support/draw_messages.h"
#include "tests/support/draw_values.h"

namespace fairlead::generators {

namespace {

/// In order, each once; at least one.
std::vector<AgentId> some_agents() {
  std::vector<AgentId> agents = list_of(4, id<AgentId>);
  agents.push_back(id<AgentId>());
  std::sort(agents.begin(), agents.end());
  agents.erase(std::unique(agents.begin(), agents.end()), agents.end());
  return agents;
}

}  // namespace

Quota draw_quota() {
  Quota out;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (coin()) out.limits[i] = static_cast<std::int64_t>(below(limits::kQuantityMax));
    auto most = static_cast<std::uint64_t>(std::min(out.limits[i], limits::kQuantityMax));
    out.guarantees[i] = static_cast<std::int64_t>(below(most + 1));
  }
  return out;
}

RegistryRecord draw_registry_record() {
  switch (below(9)) {
    case 0:
      return ClusterRecord{
          .version = kRegistryVersion, .cluster = id<ClusterId>(), .epoch = {any_number()}};
    case 1:
      return AgentRecord{.id = id<AgentId>(),
                         .hostname = text(),
                         .principal = {text(20)},
                         .standing = one_of(AgentStanding::kGone),
                         .deactivated = coin(),
                         .since = {static_cast<std::int64_t>(any_number())}};
    case 2: {
      FrameworkRecord out{.info = draw_framework_info(), .removed = coin()};
      out.info.id = id<FrameworkId>();
      return out;
    }
    case 3: {
      DrainRecord out{.agent = id<AgentId>(),
                      .started = {static_cast<std::int64_t>(any_number())},
                      .deadline = duration(),
                      .grace = {},
                      .mark_gone = coin(),
                      .drained = {static_cast<std::int64_t>(any_number())},
                      .window = maybe_id<WindowId>()};
      if (coin()) out.grace = duration();
      return out;
    }
    case 4: {
      WindowRecord out{.id = id<WindowId>(),
                       .agents = {},
                       .start = {static_cast<std::int64_t>(below(limits::kWallMsMax))},
                       .duration = duration(),
                       .deadline = duration(),
                       .grace = {},
                       .has_begun = coin()};
      if (coin()) out.grace = duration();
      out.agents = some_agents();
      return out;
    }
    case 5:
      return GangRecord{
          .id = id<GangId>(), .framework = id<FrameworkId>(), .agents = some_agents()};
    case 7: {
      LotKind kind{.reservations = {{role(), ReservationKind::kDynamic, {text(20)}}}};
      if (coin()) kind.volume = Volume{.id = id_text(), .container_path = text()};
      return ReservationsRecord{
          .agent = id<AgentId>(),
          .converted = {{{kind, Amounts{.scalars = {.standard = {1, 2}}}}}},
          .destroying = list_of(2, [] { return VolumeName{.role = role(), .id = id_text()}; })};
    }
    case 6:
      return QuotaRecord{.role = role(), .quota = draw_quota()};
    default:
      return WeightRecord{
          .role = role(),
          .weight_milli = 1 + static_cast<std::int64_t>(below(limits::kWeightMilliMax))};
  }
}

CheckpointRecord draw_checkpoint_record() {
  if (below(3) == 0) {
    return IdentityRecord{.version = kCheckpointVersion,
                          .agent = id<AgentId>(),
                          .cluster = maybe_id<ClusterId>(),
                          .epoch_seen = {any_number()},
                          .boot_id = text(),
                          .session = {any_number()}};
  }
  TaskRecord out;
  out.launch = draw_launch();
  out.master_session = {any_number()};
  out.epoch = {any_number()};
  out.container = id_text();
  out.phase = one_of(LaunchPhase::kPrepared);
  out.shim_pid = static_cast<std::int32_t>(below(4'000'000));
  out.shim_start_ticks = any_number();
  out.kill_requested = coin();
  out.kill_reason = one_of(TaskReason::kGangAborted);
  out.update_next = any_number();
  out.unacknowledged = list_of(4, draw_status);
  if (coin()) out.latest = draw_status();
  out.gang = maybe_id<GangId>();
  return out;
}

}  // namespace fairlead::generators

#include "master/state.h"

#include <algorithm>

#include "common/resource_operation.h"

namespace fairlead::master {
namespace {

bool is_being_destroyed(const AgentReservations& known, const Lot& lot) {
  return lot.kind.volume && std::binary_search(known.destroying.begin(), known.destroying.end(),
                                               volume_name_of(lot.kind));
}

}  // namespace

const char* to_string(AgentPhase phase) {
  switch (phase) {
    case AgentPhase::kFree:
    case AgentPhase::kAdmitting:
      return "admitting";
    case AgentPhase::kAbsent:
      return "absent";
    case AgentPhase::kWelcomed:
      return "welcomed";
    case AgentPhase::kActive:
      return "active";
    case AgentPhase::kExpiring:
    case AgentPhase::kUnreachable:
      return "unreachable";
    case AgentPhase::kGone:
      return "gone";
  }
  unreachable("every AgentPhase has a name");
}

const char* to_string(FrameworkPhase phase) {
  switch (phase) {
    case FrameworkPhase::kFree:
      return "free";
    case FrameworkPhase::kConnected:
      return "active";
    case FrameworkPhase::kDisconnected:
      return "disconnected";
    case FrameworkPhase::kRemoving:
      return "removing";
  }
  unreachable("every FrameworkPhase has a name");
}

AgentTrouble& AgentEntry::open_trouble() {
  if (!trouble) trouble = std::make_unique<AgentTrouble>();
  return *trouble;
}

void AgentEntry::close_trouble() {
  bool is_over = trouble && !trouble->breaker && !trouble->drain && !trouble->is_silent &&
                 trouble->why_not.empty() && trouble->why.empty() &&
                 trouble->unseen_until == Instant{} && !trouble->is_converting;
  if (is_over) trouble.reset();
}

std::uint32_t find_agent(const MasterState& state, const AgentId& id) {
  return state.agents_by_id.find(hash_text(id.text), [&](std::uint32_t slot) {
    return state.agents[slot].phase != AgentPhase::kFree && state.agents[slot].text.id() == id.text;
  });
}

std::uint32_t find_framework(const MasterState& state, const FrameworkId& id) {
  auto found = state.frameworks_by_id.find(id);
  return found == state.frameworks_by_id.end() ? kNoSlot : found->second;
}

WallTime wall(const MasterState& state, Instant now) {
  return {state.wall_at_zero.unix_ms + now.ns / 1'000'000};
}

ConvertedTotal total_of(const AgentReservations& known) {
  ConvertedTotal now = with_conversions(known.reported, known.converted);
  for (Resources* part : {&now.total, &now.missing}) {
    std::erase_if(part->lots, [&](const Lot& lot) { return is_being_destroyed(known, lot); });
  }
  return now;
}

Resources being_destroyed(const AgentReservations& known) {
  Resources volumes = known.converted;
  std::erase_if(volumes.lots, [&](const Lot& lot) { return !is_being_destroyed(known, lot); });
  return volumes;
}

TaskStatus status_of(const MasterState& state, const TaskEntry& task) {
  TaskStatus status;
  status.framework = state.frameworks[task.framework.index].info.id;
  status.task = {std::string(task.text.id())};
  status.attempt = task.attempt;
  status.agent = state.agents[task.agent.index].id();
  status.state = task.state;
  status.reason = task.reason;
  status.message = std::string(task.text.message());
  status.source = StatusSource::kMaster;
  status.at = task.since;
  status.container_path = std::string(task.text.container_path());
  if (task.exit_kind == ExitKind::kCode) status.exit = ExitStatus{task.exit_value, std::nullopt};
  if (task.exit_kind == ExitKind::kSignal) status.exit = ExitStatus{std::nullopt, task.exit_value};
  return status;
}

}  // namespace fairlead::master

#include "agent/garbage.h"

#include <set>

#include "agent/container_spec.h"

namespace fairlead {
namespace {

constexpr std::size_t kRemovedPerSampleMax = 16;  // a full disk is sampled again in seconds

void arm_oldest(AgentContext& context) {
  AgentState& state = context.state;
  if (state.sandboxes.empty()) return state.timers.disarm(TimerKind::kSandboxes, 0);
  state.timers.arm(TimerKind::kSandboxes, 0,
                   state.sandboxes.begin()->first + context.config.sandbox_age_max);
}

void remove_oldest(AgentContext& context) {
  auto oldest = context.state.sandboxes.begin();
  context.emit(RemoveSandbox{context.config.sandbox_root + "/" + oldest->second});
  context.state.sandboxes.erase(oldest);
}

std::int64_t used_percent(const DiskState& disk) {
  return disk.total_kib == 0 ? 0 : (disk.total_kib - disk.free_kib) * 100 / disk.total_kib;
}

}  // namespace

std::string why_no_launches(const AgentState& state, const AgentConfig& config) {
  const DiskState& disk = state.disk;
  if (!disk.writes_refused_why.empty()) {
    return "the state directory takes no writes: " + disk.writes_refused_why;
  }
  if (disk.is_above_watermark) {
    return "disk " + std::to_string(used_percent(disk)) + " % used, above the watermark of " +
           std::to_string(config.disk_high_percent) + " %; launches again below " +
           std::to_string(config.disk_low_percent) + " %";
  }
  return {};
}

void on_disk_sampled(AgentContext& context, const DiskSampled& sampled) {
  DiskState& disk = context.state.disk;
  disk.total_kib = sampled.total_kib;
  disk.free_kib = sampled.free_kib;
  // The next write shows whether there is room again.
  if (used_percent(disk) < context.config.disk_high_percent) disk.writes_refused_why.clear();
  std::int64_t bound =
      disk.is_above_watermark ? context.config.disk_low_percent : context.config.disk_high_percent;
  disk.is_above_watermark = used_percent(disk) >= bound;
  if (!disk.is_above_watermark) return;
  for (std::size_t i = 0; i < kRemovedPerSampleMax && !context.state.sandboxes.empty(); ++i) {
    remove_oldest(context);
  }
  arm_oldest(context);
}

void keep_sandbox_for_now(AgentContext& context, const std::string& path) {
  context.state.sandboxes.emplace(context.now, path);
  arm_oldest(context);
}

void recover_sandboxes(AgentContext& context) {
  std::set<std::string> owned;
  for (const auto& [token, serial] : context.state.by_token) owned.insert(sandbox_path(token));
  for (const LeftoverSandbox& left : context.config.leftover_sandboxes) {
    if (owned.count(left.path) > 0) continue;
    context.state.sandboxes.emplace(Instant{context.now.ns - left.age.ns}, left.path);
  }
  arm_oldest(context);
}

void remove_old_sandboxes(AgentContext& context) {
  AgentState& state = context.state;
  while (!state.sandboxes.empty() &&
         state.sandboxes.begin()->first + context.config.sandbox_age_max <= context.now) {
    remove_oldest(context);
  }
  arm_oldest(context);
}

}  // namespace fairlead

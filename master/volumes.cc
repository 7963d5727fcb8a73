// The agent's half of destroying a volume: what an operation has decided is ordered until the agent
// has removed the folder. Until then its disk is offered to nobody; what comes after a takeover is
// in the record.
#include <algorithm>
#include <utility>

#include "common/conversions.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

/// What is converted once the volume is reserved disk again.
ReservationsRecord without_volume(const AgentId& agent, const AgentReservations& known,
                                  const VolumeName& volume) {
  ReservationsRecord after{
      .agent = agent, .converted = known.converted, .destroying = known.destroying};
  std::erase(after.destroying, volume);
  Result<Conversion> done =
      convert(after.converted, operation::DestroyVolume{volume.role, volume.id});
  if (!done) return after;
  subtract(after.converted, done->consumed);
  add(after.converted, done->converted);
  // Where the agent's own configuration reserves the disk, nothing of an operation is left of it.
  after.converted = converted_part(after.converted);
  return after;
}

}  // namespace

void order_destructions(Context& c, std::uint32_t slot) {
  if (c.state.reservations.empty()) return;  // spares all heartbeats the look-up
  const AgentEntry& agent = c.state.agents[slot];
  if (agent.phase != AgentPhase::kActive) return;  // when it is
  auto known = c.state.reservations.find(agent.id());
  if (known == c.state.reservations.end()) return;
  for (const VolumeName& volume : known->second.destroying) {
    send_to_agent(c, slot, DestroyVolume{volume});
  }
}

void on_volume_destroyed(Context& c, std::uint32_t slot, const VolumeDestroyed& message) {
  const AgentId agent = c.state.agents[slot].id();
  auto found = c.state.reservations.find(agent);
  if (found == c.state.reservations.end()) return;  // told before
  AgentReservations& known = found->second;
  const auto& destroying = known.destroying;
  bool is_asked_for = std::binary_search(destroying.begin(), destroying.end(), message.volume);
  if (!is_asked_for) return;  // told before
  if (!message.why_not.empty()) {
    std::string why = fairlead::to_string(message.volume) + ": " + shortened(message.why_not);
    std::string& told = known.why_kept[message.volume];
    if (why == told) return;
    told = why;
    return publish(c, "volume_kept", agent.text, why);
  }
  // Otherwise the agent is asked again, and answers again.
  if (is_being_changed(c.state, agent)) return;
  known.why_kept.erase(message.volume);
  ReservationsRecord after = without_volume(agent, known, message.volume);
  write_conversion(c, after, {FinishDestruction{message.volume, after}});
}

void on_destruction_written(Context& c, const FinishDestruction& write) {
  apply_conversion(c, write.converted.agent, write.converted,
                   fairlead::to_string(write.volume) + " is destroyed");
  std::uint32_t slot = find_agent(c.state, write.converted.agent);
  if (slot != kNoSlot) c.state.drains_to_settle.push_back(slot);
}

}  // namespace fairlead::master

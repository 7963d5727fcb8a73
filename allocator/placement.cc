#include "allocator/placement.h"

#include <algorithm>

#include "allocator/free_index.h"
#include "allocator/shares.h"

namespace fairlead::allocation {
namespace {

const std::vector<std::uint16_t>& devices_in(const State& state, const FreeKey& room) {
  static const std::vector<std::uint16_t> kNone;
  return room.devices == kNoSlot ? kNone : state.free_devices[room.devices].milli;
}

/// A share is wanted, of a device that can be chosen.
bool is_share(const FreeKey& room, const StandardAmounts& need) {
  return room.devices != kNoSlot && need[kGpus] > 0 && need[kGpus] < kDeviceMilli;
}

/// The room when the task has come; a share is taken of a device with `of` free.
FreeRoom room_after(FreeRoom room, const StandardAmounts& need, std::int64_t of) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) room.free[i] -= need[i];
  std::vector<std::uint16_t>& devices = room.devices;
  if (devices.empty() || need[kGpus] == 0) return room;
  if (of == 0) {
    devices.erase(devices.begin(), devices.begin() + need[kGpus] / kDeviceMilli);
    return room;
  }
  auto at = std::find(devices.begin(), devices.end(), of);
  *at = static_cast<std::uint16_t>(of - need[kGpus]);
  std::sort(devices.begin(), devices.end(), std::greater<>());
  if (devices.back() == 0) devices.pop_back();
  return room;
}

Growth potential(State& state, const FreeRoom& room) {
  return state.config.placement == Placement::kFragmentation ? unusable_gpus(state.typical, room)
                                                             : expected_left(state.typical, room);
}

bool is_by_growth(const State& state) {
  return state.config.placement == Placement::kFragmentation ||
         state.config.placement == Placement::kFairlead;
}

/// One of the devices of an agent, for a share.
struct Option {
  Growth growth = 0;
  std::int64_t milli = 0;
  std::uint32_t device = 0;
};

/// Best first.
bool is_liked_more(const State& state, const Option& a, const Option& b) {
  if (a.growth != b.growth) return a.growth < b.growth;
  if (a.milli != b.milli) {
    return state.config.placement == Placement::kSpread ? a.milli > b.milli : a.milli < b.milli;
  }
  return a.device < b.device;
}

std::vector<Option> options_of(State& state, AgentHandle agent, const StandardAmounts& need) {
  const FreeKey key = key_of(state, agent);
  const FreeRoom room{key.free, devices_in(state, key)};
  std::vector<Option> options;
  for (const DeviceShare& one : devices_of(agent_of(state, agent).free())) {
    if (one.milli < need[kGpus]) continue;
    Option option{.growth = 0, .milli = one.milli, .device = one.device};
    if (is_by_growth(state)) option.growth = potential(state, room_after(room, need, one.milli));
    options.push_back(option);
  }
  std::sort(options.begin(), options.end(),
            [&](const Option& a, const Option& b) { return is_liked_more(state, a, b); });
  return options;
}

}  // namespace

bool is_better(const RoomScore& a, const RoomScore& b) {
  if (a.growth != b.growth) return a.growth < b.growth;
  return compare(a.part, 1, b.part, 1) < 0;
}

bool fits_devices(const State& state, const FreeKey& room, const StandardAmounts& need) {
  if (room.devices == kNoSlot || need[kGpus] == 0) return true;
  const std::vector<std::uint16_t>& devices = devices_in(state, room);
  if (need[kGpus] < kDeviceMilli) return devices.front() >= need[kGpus];
  auto wanted = static_cast<std::size_t>(need[kGpus] / kDeviceMilli);
  return devices.size() >= wanted && devices[wanted - 1] == kDeviceMilli;
}

RoomScore score_of(State& state, const FreeKey& key, const StandardAmounts& need) {
  switch (state.config.placement) {
    case Placement::kBestFit:
      return {.growth = 0, .part = leftover_of(key, need)};
    case Placement::kSpread:
      return {.growth = 0, .part = used_after(key, need)};
    case Placement::kFragmentation:
    case Placement::kFairlead:
      break;
  }
  const FreeRoom room{key.free, devices_in(state, key)};
  RoomScore score;
  if (!fits_devices(state, key, need)) return score;
  if (is_share(key, need)) {
    std::optional<Growth> least;
    std::int64_t last = 0;
    for (std::int64_t of : room.devices) {
      if (of < need[kGpus] || of == last) continue;
      last = of;
      const Growth one = potential(state, room_after(room, need, of));
      if (!least || one < *least) least = one;
    }
    score.growth = *least;
  } else {
    score.growth = potential(state, room_after(room, need, 0));
  }
  score.growth -= potential(state, room);
  if (state.config.placement == Placement::kFairlead) score.part = leftover_of(key, need);
  return score;
}

std::optional<Resources> take_placed(State& state, AgentHandle agent, const Amounts& want,
                                     const RoleName& role) {
  const Resources& free = agent_of(state, agent).free();
  const StandardAmounts& need = want.scalars.standard;
  const FreeKey key = key_of(state, agent);
  if (state.config.placement == Placement::kBestFit || !is_share(key, need)) {
    return take(free, want, role);
  }
  for (const Option& option : options_of(state, agent, need)) {
    Amounts named = want;
    add(named, {.scalars = {}, .ranges = {on_device(option.device, need[kGpus])}, .sets = {}});
    std::optional<Resources> taken = take(free, named, role);
    if (taken) return taken;
  }
  return std::nullopt;
}

}  // namespace fairlead::allocation

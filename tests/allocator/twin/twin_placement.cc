// Which agent and device a policy likes best, counted anew from the rules in
// allocator/placement*.cc for every single agent and device.
#include <algorithm>

#include "common/devices.h"
#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

constexpr std::size_t kGpu = static_cast<std::size_t>(StandardScalar::kGpus);

/// What is free on an agent.
struct Rest {
  StandardAmounts free{};
  bool knows_devices = false;
  std::vector<DeviceShare> devices;
};

Rest rest_of(const Books& books, AgentNumber agent) {
  Resources free = free_of(books, agent);
  return {scalars(free).standard, has_devices(free), devices_of(free)};
}

Rest without(Rest rest, const StandardAmounts& need, const std::vector<DeviceShare>& taken) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) rest.free[i] -= need[i];
  for (const DeviceShare& one : taken) {
    for (DeviceShare& device : rest.devices) {
      if (device.device == one.device) device.milli -= one.milli;
    }
  }
  return rest;
}

bool has_room(const Rest& rest, const StandardAmounts& need) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > rest.free[i]) return false;
  }
  return !rest.knows_devices || need[kGpu] == 0 ||
         choose_devices(rest.devices, need[kGpu], {}).has_value();
}

/// Fragmentation: what the typical tasks cannot use.
__int128 unusable(const Books& books, const Rest& rest) {
  __int128 sum = 0;
  for (const auto& [need, count] : books.come_seen) {
    if (need[kGpu] == 0) continue;
    std::int64_t lost = has_room(rest, need) ? 0 : rest.free[kGpu];
    for (const DeviceShare& one : rest.devices) {
      if (has_room(rest, need) && one.milli < std::min<std::int64_t>(need[kGpu], 1000)) {
        lost += one.milli;
      }
    }
    sum += static_cast<__int128>(count) * lost;
  }
  return sum;
}

/// Of all tasks with gpus together.
__int128 needed(const Books& books, std::size_t resource) {
  __int128 sum = 0;
  for (const auto& [need, count] : books.come_seen) {
    if (need[kGpu] > 0) sum += static_cast<__int128>(count) * need[resource];
  }
  return sum;
}

/// Fairlead: what is expected to stay unused, in millionths of a device.
__int128 expected(const Books& books, const Rest& rest) {
  __int128 left = 0;
  for (const DeviceShare& one : rest.devices) {
    left += books.left_micro[static_cast<std::size_t>(one.milli)];
  }
  const __int128 gpus = static_cast<__int128>(rest.free[kGpu]) * 1000;
  __int128 lacking = 0;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (i == kGpu || needed(books, kGpu) == 0) continue;
    __int128 beside = needed(books, i) * 1000 / needed(books, kGpu);
    if (beside == 0) continue;
    lacking = std::max(lacking, gpus - static_cast<__int128>(rest.free[i]) * 1'000'000 / beside);
  }
  return left + lacking;
}

__int128 badness(const Books& books, const Rest& rest) {
  if (books.config.placement == Placement::kFragmentation) return unusable(books, rest);
  if (books.config.placement == Placement::kFairlead) return expected(books, rest);
  return 0;
}

/// A device that a share could come from, and how much worse the agent is then.
struct Option {
  __int128 growth = 0;
  DeviceShare device;
};

/// One without a device where there is nothing to choose.
std::vector<Option> options_of(const Books& books, AgentNumber agent, const StandardAmounts& need) {
  Rest rest = rest_of(books, agent);
  const __int128 before = badness(books, rest);
  std::vector<Option> options;
  bool is_share = need[kGpu] > 0 && need[kGpu] < 1000;
  if (!rest.knows_devices || !is_share) {
    std::vector<DeviceShare> whole;
    if (rest.knows_devices && need[kGpu] > 0) {
      whole = choose_devices(rest.devices, need[kGpu], {}).value_or(whole);
    }
    return {{badness(books, without(rest, need, whole)) - before, {}}};
  }
  for (const DeviceShare& one : rest.devices) {
    if (one.milli < need[kGpu]) continue;
    Rest then = without(rest, need, {{one.device, need[kGpu]}});
    options.push_back({badness(books, then) - before, one});
  }
  std::sort(options.begin(), options.end(), [&](const Option& a, const Option& b) {
    if (a.growth != b.growth) return a.growth < b.growth;
    if (a.device.milli != b.device.milli) {
      return (a.device.milli < b.device.milli) != (books.config.placement == Placement::kSpread);
    }
    return a.device.device < b.device.device;
  });
  return options;
}

/// What stays unused of a device with `free`, when each typical task that fits comes as often as it
/// did, and one of 32 is the last.
std::int64_t left_of(const Books& books, std::int64_t free) {
  std::int64_t all = 0;
  for (const auto& [need, count] : books.come_seen) all += need[kGpu] > 0 ? count : 0;
  std::int64_t last = all / 32 + 1;
  std::int64_t sum = last * free * 1000;
  std::int64_t come = last;
  for (const auto& [need, count] : books.come_seen) {
    std::int64_t size = std::min<std::int64_t>(need[kGpu], 1000);
    if (size == 0 || size > free) continue;
    sum += count * books.left_micro[static_cast<std::size_t>(free - size)];
    come += count;
  }
  return sum / come;
}

}  // namespace

void note_come(Books& books, const StandardAmounts& need, std::int64_t count) {
  bool is_needed = books.config.placement == Placement::kFragmentation ||
                   books.config.placement == Placement::kFairlead;
  if (count == 0 || !is_needed) return;
  books.come[need] += count;
  std::int64_t come = 0;
  for (const auto& [one, many] : books.come) come += many;
  std::int64_t seen = 0;
  for (const auto& [one, many] : books.come_seen) seen += many;
  if ((come - seen) * 8 < seen) return;
  books.come_seen = books.come;
  books.left_micro = {0};
  for (std::int64_t free = 1; free <= 1000; ++free) {
    books.left_micro.push_back(left_of(books, free));
  }
}

std::optional<Resources> take_placed(const Books& books, ClientNumber client, AgentNumber agent,
                                     const Amounts& want) {
  const RoleName& role = books.clients[client].role;
  const StandardAmounts& need = want.scalars.standard;
  Resources free = free_of(books, agent);
  if (!contains(scalars(free), want.scalars)) return std::nullopt;
  if (books.config.placement == Placement::kBestFit) return take(free, want, role);
  for (const Option& option : options_of(books, agent, need)) {
    Amounts named = want;
    if (option.device.milli > 0) {
      Amounts device;
      device.ranges.push_back(on_device(option.device.device, need[kGpu]));
      add(named, device);
    }
    std::optional<Resources> taken = take(free, named, role);
    if (taken) return taken;
  }
  return std::nullopt;
}

__int128 growth_on(const Books& books, AgentNumber agent, const StandardAmounts& need) {
  return options_of(books, agent, need).front().growth;
}

}  // namespace fairlead::twin

#include "allocator/typical.h"

#include <algorithm>

#include "allocator/state.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// Of 32 tasks, one is thought to be the last that comes: what fits a device is worth less the
/// rarer it is.
constexpr std::int64_t kLastOf = 32;
static_assert(20 + 20 < 62, "counts times millionths of a device fit 64 bits");
static_assert(20 + 52 + 10 < 126, "counts times needs times 1000 fit 128 bits");

bool is_needed(const State& state) {
  return state.config.placement == Placement::kFragmentation ||
         state.config.placement == Placement::kFairlead;
}

/// How many of those with gpus want so much of a device.
std::array<std::int64_t, kDeviceMilli + 1> count_sizes(const std::vector<TypicalTask>& tasks) {
  std::array<std::int64_t, kDeviceMilli + 1> sizes{};
  for (const TypicalTask& task : tasks) {
    sizes[static_cast<std::size_t>(std::min(task.need[kGpus], kDeviceMilli))] += task.count;
  }
  return sizes;
}

/// What stays unused of a device with so much free when tasks keep coming as they came: each that
/// fits, as often as it comes, leaves what is expected of the rest, and at some time none comes.
void expect_left(TypicalTasks& typical) {
  const auto sizes = count_sizes(typical.with_gpus);
  std::int64_t all = 0;
  for (const TypicalTask& task : typical.with_gpus) all += task.count;
  const std::int64_t last = all / kLastOf + 1;
  typical.left_micro = {};
  for (std::int64_t free = 1; free <= kDeviceMilli; ++free) {
    std::int64_t sum = last * free * 1000;
    std::int64_t come = last;
    for (std::int64_t size = 1; size <= free; ++size) {
      const std::int64_t count = sizes[static_cast<std::size_t>(size)];
      sum += count * typical.left_micro[static_cast<std::size_t>(free - size)];
      come += count;
    }
    typical.left_micro[static_cast<std::size_t>(free)] = sum / come;
  }
}

void average_beside_gpu(TypicalTasks& typical) {
  typical.beside_gpu = {};
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    __int128 gpus = 0;
    __int128 need = 0;
    for (const TypicalTask& task : typical.with_gpus) {
      gpus += static_cast<__int128>(task.count) * task.need[kGpus];
      need += static_cast<__int128>(task.count) * task.need[i];
    }
    if (i == kGpus || gpus == 0) continue;
    const __int128 average = need * kDeviceMilli / gpus;
    typical.beside_gpu[i] =
        static_cast<std::int64_t>(std::min<__int128>(average, limits::kQuantityMax));
  }
}

void look_again(TypicalTasks& typical) {
  typical.total_seen = typical.total;
  typical.with_gpus.clear();
  for (const TypicalTask& task : typical.counted) {
    if (task.need[kGpus] > 0) typical.with_gpus.push_back(task);
  }
  expect_left(typical);
  average_beside_gpu(typical);
  typical.unusable.clear();
}

void drop_rarest(TypicalTasks& typical) {
  auto rarest = std::min_element(
      typical.counted.begin(), typical.counted.end(),
      [](const TypicalTask& a, const TypicalTask& b) { return a.count < b.count; });
  typical.total -= rarest->count;
  typical.counted.erase(rarest);
}

void halve_counts(TypicalTasks& typical) {
  typical.total = 0;
  for (TypicalTask& task : typical.counted) typical.total += task.count /= 2;
  std::erase_if(typical.counted, [](const TypicalTask& task) { return task.count == 0; });
}

void count_tasks(TypicalTasks& typical, const StandardAmounts& need, std::int64_t count) {
  auto at = std::lower_bound(
      typical.counted.begin(), typical.counted.end(), need,
      [](const TypicalTask& task, const StandardAmounts& wanted) { return task.need < wanted; });
  if (at == typical.counted.end() || at->need != need) {
    if (typical.counted.size() == kTypicalTasksMax) {
      drop_rarest(typical);
      return count_tasks(typical, need, count);
    }
    at = typical.counted.insert(at, {need, 0});
  }
  at->count += count;
  typical.total += count;
  while (typical.total > kTypicalCountMax) halve_counts(typical);
}

}  // namespace

std::size_t FreeRoomHash::operator()(const FreeRoom& room) const {
  std::uint64_t hash = 0;
  auto mix = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  };
  for (std::int64_t free : room.free) mix(static_cast<std::uint64_t>(free));
  for (std::uint16_t free : room.devices) mix(free);
  return hash;
}

void begin_typical(State& state) {
  if (!is_needed(state)) return;
  for (const TypicalTask& task : state.config.typical_tasks) {
    count_tasks(state.typical, task.need, task.count);
  }
  look_again(state.typical);
}

void note_come(State& state, const StandardAmounts& need, std::int64_t count) {
  if (count == 0 || !is_needed(state)) return;
  TypicalTasks& typical = state.typical;
  count_tasks(typical, need, count);
  const std::int64_t grown = std::abs(typical.total - typical.total_seen);
  if (grown * 8 >= typical.total_seen) look_again(typical);
}

}  // namespace fairlead::allocation

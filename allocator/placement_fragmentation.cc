// Fragmentation gradient descent: Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing
// Workloads with Fragmentation Gradient Descent", USENIX ATC 2023. A room's fragmentation is the
// amount of free gpus that a task drawn from the typical ones cannot use, in expectation; a task
// goes where it grows least. Tasks without gpus are left out: they can use none anywhere.
#include <algorithm>

#include "allocator/placement.h"

namespace fairlead::allocation {
namespace {

/// Rooms that are remembered, some 100 bytes each.
constexpr std::size_t kRoomsMax = std::size_t{1} << 18;
static_assert(20 + 52 < 126, "counts times gpus fit 128 bits");

bool fits_room(const FreeRoom& room, const StandardAmounts& need) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > room.free[i]) return false;
  }
  if (room.devices.empty()) return true;
  if (need[kGpus] < kDeviceMilli) return room.devices.front() >= need[kGpus];
  auto wanted = static_cast<std::size_t>(need[kGpus] / kDeviceMilli);
  return room.devices.size() >= wanted && room.devices[wanted - 1] == kDeviceMilli;
}

std::int64_t unusable_by(const FreeRoom& room, const StandardAmounts& need) {
  if (!fits_room(room, need)) return room.free[kGpus];
  std::int64_t unusable = 0;
  for (std::uint16_t free : room.devices) {
    if (free < std::min(need[kGpus], kDeviceMilli)) unusable += free;
  }
  return unusable;
}

}  // namespace

Growth unusable_gpus(TypicalTasks& typical, const FreeRoom& room) {
  if (room.free[kGpus] == 0) return 0;
  auto known = typical.unusable.find(room);
  if (known != typical.unusable.end()) return known->second;
  Growth sum = 0;
  for (const TypicalTask& task : typical.with_gpus) {
    sum += static_cast<Growth>(task.count) * unusable_by(room, task.need);
  }
  if (typical.unusable.size() >= kRoomsMax) typical.unusable.clear();
  typical.unusable.emplace(room, sum);
  return sum;
}

}  // namespace fairlead::allocation

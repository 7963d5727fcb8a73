// Fairlead's own policy: a task goes where the part of the devices that is expected to stay unused
// grows least. There are two reasons for a device to stay unused. Of each by itself, what nothing
// fits into any more: the table that typical.cc works out. Of all on an agent together, what has no
// cpus, memory or disk left beside it: free gpus less those that what is free beside them is enough
// for, at what tasks with gpus need on average. So tasks that need many cpus go where cpus are
// plenty beside the devices, long before any agent runs out of them.
#include <algorithm>

#include "allocator/placement.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

constexpr std::int64_t kMicro = 1'000'000;
static_assert(52 + 20 < 126, "amounts in millionths fit 128 bits");

}  // namespace

Growth expected_left(const TypicalTasks& typical, const FreeRoom& room) {
  Growth left = 0;
  for (std::uint16_t free : room.devices) left += typical.left_micro[free];
  const Growth gpus = static_cast<Growth>(room.free[kGpus]) * (kMicro / kDeviceMilli);
  Growth served = gpus;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (typical.beside_gpu[i] == 0) continue;
    served = std::min(served, static_cast<Growth>(room.free[i]) * kMicro / typical.beside_gpu[i]);
  }
  return left + (gpus - served);
}

}  // namespace fairlead::allocation

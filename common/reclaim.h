// Reclaims: what somebody has to give back on one agent, so that what another wants fits there. The
// values that the allocator, the master and the frameworks share, and the choice of what ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/quota.h"
#include "common/resources.h"

namespace fairlead {

/// Why somebody has to give back what it holds.
enum class ReclaimKind : std::uint8_t {
  kGuarantee,  ///< another role's guarantee covers what it wants
  kPriority,   ///< the same role wants something of a higher priority
  kFairness,   ///< another role is below its fair share, and stays below the victim's
};
/// "guarantee", …
const char* to_string(ReclaimKind kind);

/// What still has to be given, and what may be taken for it at most: with more its role would be
/// below a guarantee. limits::kQuantityMax: nothing is guaranteed.
struct ReclaimNeed {
  StandardAmounts lacking{};
  StandardAmounts most{};
  friend bool operator==(const ReclaimNeed&, const ReclaimNeed&) = default;
};

/// The unreserved amounts: what somebody else can use.
StandardAmounts reclaimable(const Resources& resources);

/// "cpus:2, at most cpus:3".
std::string to_string(const ReclaimNeed& need);

/// A task that could be ended.
struct EndableTask {
  std::int32_t priority = 0;
  std::int64_t age = 0;  ///< larger is younger, of whatever unit
  StandardAmounts amounts{};
};

/// The tasks to end, by their place in `tasks`: together all that is lacking, none more than may be
/// taken, and without any of them it would not be enough. The lowest priority first, of those the
/// youngest; of tasks that are alike the last. Empty: none was found, or nothing is lacking.
/// O(n log n).
std::vector<std::size_t> choose_tasks_to_end(const std::vector<EndableTask>& tasks,
                                             const ReclaimNeed& need);

}  // namespace fairlead

// What can be tuned about the allocator. One row per field: meaning, unit, range, default. Values
// only; `validate` names the first row that is out of its range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/offer_minimum.h"
#include "common/result.h"
#include "common/time.h"

namespace fairlead {

/// When what is free is offered, see docs/decisions/0033-allocation-modes.md.
enum class AllocationMode : std::uint8_t {
  kEvent,  ///< at once, and only what an event touched
  kBatch,  ///< as Mesos does: all agents every interval, some at an event
};

/// Resources that shares may leave out.
inline constexpr std::size_t kExcludedResourcesMax = 16;

/// 0.01 CPUs or 32 MiB.
OfferMinimum default_offer_minimum();

struct AllocatorConfig {
  /// Start of the generator that orders equal agents. Any value; same seed, same decisions.
  std::uint64_t seed = 1;

  /// What a whole-agent offer needs at least, unless the framework says something else for the
  /// role. Offers cut to a demanded shape are never too small.
  OfferMinimum offer_minimum = default_offer_minimum();

  /// After a decline the same (framework, agent) pair waits this long, doubled by every decline in
  /// a row. 1 ms..1 h, min <= max.
  Duration backoff_min = milliseconds(100);
  Duration backoff_max = seconds(5);

  /// The longest filter that a framework may ask for; longer ones are cut. 1 s..365 days.
  Duration filter_max = seconds(365LL * 24 * 3600);

  /// A shape that fits an agent's total but nowhere now has one agent kept free for it after this
  /// wait, while its role is below its fair share. 1 ms..1 h.
  Duration accumulate_after = seconds(1);
  /// So long at most; then the agent is shared again and the wait starts anew. 1 s..1 day.
  Duration accumulate_max = seconds(60);

  /// kBatch knows no back-off, and nothing is kept free for large shapes.
  AllocationMode mode = AllocationMode::kEvent;
  /// kBatch: from one run over all agents to the next, and how long a filter lasts at least.
  /// 1 ms..1 h.
  Duration interval = seconds(1);

  /// Names of scalars that do not count in anybody's share, such as gpus. At most 16.
  std::vector<std::string> fair_share_excluded;
};

Status validate(const AllocatorConfig& config);

}  // namespace fairlead

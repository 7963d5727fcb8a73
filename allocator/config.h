// What can be tuned about the allocator. One row per field: meaning, unit, range, default. Values
// only; `validate` names the first row that is out of its range.
#pragma once

#include <cstdint>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

struct AllocatorConfig {
  /// Start of the generator that orders equal agents. Any value; same seed, same decisions.
  std::uint64_t seed = 1;

  /// A whole-agent offer needs this much cpus or this much mem. Offers cut to a demanded shape are
  /// never too small. Thousandths, 0..2^52; KiB, 0..2^52. Both 0: every offer is large enough.
  std::int64_t allocatable_cpu_milli_min = 10;
  std::int64_t allocatable_mem_kib_min = 32 * 1024;

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

  /// An offer may be held so long for nothing; every longer one leaves a debt that counts beside
  /// what its holder uses (leases.h). 0..1 h.
  Duration lease_free = seconds(1);
  /// Held so much longer, an offer leaves a debt as large as itself. 1 ms..1 h; 0: none ever does.
  Duration lease_doubling = seconds(5);
  /// Every so often all debts are halved; no offer is charged for more than this. 1 s..1 day.
  Duration lease_half_life = seconds(60);
  /// From so many offers in a row on that end without an answer, each counts as declined. 1..1000.
  std::int64_t lease_unanswered_max = 3;
};

Status validate(const AllocatorConfig& config);

}  // namespace fairlead

// What can be tuned about the allocator. One row per field: meaning, unit, range, default. Values
// only; `validate` names the first row that is out of its range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/offer_minimum.h"
#include "common/quota.h"
#include "common/result.h"
#include "common/time.h"

namespace fairlead {

/// How an agent, and a device of it, is chosen for a task: see placement.h.
enum class Placement : std::uint8_t { kBestFit, kSpread, kFragmentation, kFairlead };

/// "best-fit", "spread", "fragmentation", "fairlead".
const char* to_string(Placement placement);
Result<Placement> parse_placement(std::string_view text);

/// What tasks are like: how many have come that need so much.
struct TypicalTask {
  StandardAmounts need{};
  std::int64_t count = 0;
  friend bool operator==(const TypicalTask&, const TypicalTask&) = default;
};

/// When what is free is offered, see docs/decisions/0033-allocation-modes.md.
enum class AllocationMode : std::uint8_t {
  kEvent,  ///< at once, and only what an event touched
  kBatch,  ///< as Mesos does: all agents every interval, some at an event
};

/// Resources that shares may leave out.
inline constexpr std::size_t kExcludedResourcesMax = 16;

/// 0.01 CPUs or 32 MiB.
OfferMinimum default_offer_minimum();

inline constexpr std::int64_t kTurnsPerStepMost = std::int64_t{1} << 32;

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

  Placement placement = Placement::kBestFit;
  /// What is known of the tasks that will come before the first one does; demand adds to it.
  /// 0..256 of them, of up to 2^16 tasks each. Used by fragmentation and fairlead.
  std::vector<TypicalTask> typical_tasks;

  /// A shape for which nobody's end made room for so long has room made for it: others are told
  /// what to give back. Below accumulate_max, after which a wait starts anew. 1 ms..1 h.
  Duration reclaim_after = seconds(30);
  /// They have so long to choose what they end; then the master chooses. 1 ms..1 h.
  Duration reclaim_deadline = seconds(30);
  /// What somebody may be told to give back for: what a guarantee covers; a higher priority in the
  /// same role; a role below its fair share. The last one is off: a share is made up for by what
  /// ends anyway, and ending work for it trades work that is done for work to be done.
  bool reclaims_for_guarantees = true;
  bool reclaims_for_priorities = true;
  bool reclaims_for_fairness = false;
  /// A role is told so many times within a minute at most. 1..10000.
  std::int64_t reclaims_per_role_max = 60;

  /// kBatch knows no back-off, and nothing is kept free for large shapes.
  AllocationMode mode = AllocationMode::kEvent;
  /// kBatch: from one run over all agents to the next, and how long a filter lasts at least.
  /// 1 ms..1 h.
  Duration interval = seconds(1);

  /// Names of scalars that do not count in anybody's share, such as gpus. At most 16.
  std::vector<std::string> fair_share_excluded;

  /// An offer may be held so long for nothing; every longer one leaves a debt that counts beside
  /// what its holder uses (leases.h). 0..1 h.
  Duration lease_free = seconds(1);
  /// Held so much longer, an offer leaves a debt as large as itself. 1 ms..1 h; 0: none ever does.
  Duration lease_doubling = seconds(5);
  /// Every so often all debts are halved; no offer is charged for more than this. 1 s..1 day.
  Duration lease_half_life = seconds(60);
  /// From so many offers in a row on that end without an answer, each counts as declined. 1..1000.
  std::int64_t lease_unanswered_max = 3;

  /// A step gives so much at most, in tasks and whole agents together; what is left is given by the
  /// next one, which is due at once. kBatch: a run gives all of it. 1..2^32.
  std::int64_t turns_per_step_max = 10'000;

  /// The cluster's own region: agents whose attribute "region" says another one are offered to
  /// frameworks that are region aware alone. Empty: every agent is near.
  std::string region;
};

Status validate(const AllocatorConfig& config);

/// Which reclaims are on: "guarantee", "priority" and "fairness" with commas between, or "none".
Status set_reclaims(AllocatorConfig& config, std::string_view kinds);

}  // namespace fairlead

// What a run came to. Whole numbers only: shares and utilisation in thousandths, times in
// nanoseconds, amounts in base units (thousandths, KiB). How it is shown: simulator/report/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/amounts.h"
#include "common/quota.h"
#include "common/time.h"

namespace fairlead::scenario {

/// Of how many something was measured, and how it is spread. `at` holds the least, every twentieth
/// part and the most: 21 values, or none when `count` is 0.
struct Waits {
  std::uint64_t count = 0;
  std::vector<Duration> at;

  /// The smallest wait that at least `percent` of all do not exceed, in steps of 5. REQUIRES: count
  /// > 0.
  Duration percentile(std::size_t percent) const { return at[percent / 5]; }
};

struct FrameworkReport {
  std::string name;
  std::string role;
  std::string policy;
  std::uint64_t jobs = 0;            ///< submitted
  std::uint64_t jobs_done = 0;       ///< all of their tasks have ended
  std::uint64_t jobs_running = 0;    ///< at the end: some task runs or waits
  std::uint64_t jobs_abandoned = 0;  ///< given up before their last task had started
  std::uint64_t tasks_started = 0;
  std::uint64_t tasks_ended = 0;      ///< by themselves
  std::uint64_t tasks_preempted = 0;  ///< ended for a reclaim; they start again
  std::uint64_t offers = 0;
  std::uint64_t declines = 0;  ///< offers of which nothing was used
  std::uint64_t rescinds = 0;
  std::uint64_t agents_used = 0;  ///< different agents on which a task ran
  Waits first_offer;              ///< from submission to the first offer that came while it waited
  Waits first_start;              ///< … to the start of its first task
  Waits all_started;              ///< … to the start of its last task
};

/// The cluster at one moment. Thousandths.
struct Sample {
  Instant at;
  std::array<std::int64_t, kStandardScalars> used{};     ///< of each resource: by running tasks
  std::array<std::int64_t, kStandardScalars> offered{};  ///< … and in offers that nobody answered
  std::vector<std::int64_t> shares;                      ///< by role: dominant, not weighted
  std::uint64_t jobs_waiting = 0;                        ///< with a task that has not started
};

/// Free amounts where a shape does not fit that somebody waits for: means over the moments at which
/// it was waited for, in thousandths of the cluster.
struct Stranded {
  std::string shape;          ///< "framework/shape"
  std::uint64_t moments = 0;  ///< samples
  std::array<std::int64_t, kStandardScalars> free{};
};

struct Report {
  std::string name;
  std::uint64_t seed = 1;
  Instant end;
  std::uint64_t agents = 0;
  StandardAmounts total{};
  std::array<std::int64_t, kStandardScalars> used_mean{};  ///< thousandths, over the whole run
  std::vector<std::string> roles;                          ///< those of Sample::shares
  std::vector<std::int64_t> shares_mean;                   ///< by role, over the samples
  std::vector<FrameworkReport> frameworks;
  std::vector<Sample> samples;
  std::vector<Stranded> stranded;  ///< per shape
  Stranded stranded_by_all;        ///< where no shape fits that is waited for
  std::uint64_t events = 0;        ///< that the allocator took
  std::uint64_t actions = 0;       ///< … and what it decided
  std::uint64_t hash = 0;          ///< of all actions
};

}  // namespace fairlead::scenario

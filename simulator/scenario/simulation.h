// Runs a scenario under virtual time through the real allocator, to its end or until nothing more
// can happen, and reports. The same scenario and jobs give the same report, to the last number, on
// every compiler and machine. Any thread; a run shares nothing with another.
#pragma once

#include <functional>
#include <vector>

#include "simulator/scenario/report.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

/// What the run must keep: names differ, places are within their lists, durations within bounds,
/// a role's quota fits the tree. Errors name the object; readers of files add the place.
Status validate(const Scenario& scenario);

/// How far a run has come.
struct Progress {
  Duration simulated;
  Duration whole;  ///< zero: until every job has ended
  std::uint64_t tasks_ended = 0;
};
/// Told at every sample, of which a run of known length has 120. Changes nothing.
using OnProgress = std::function<void(const Progress&)>;

/// A scenario without a duration ends when every job has ended, or nothing more can happen.
/// REQUIRES: validate(scenario).ok(), `jobs` by time of submission.
Report run(const Scenario& scenario, const std::vector<Job>& jobs,
           const OnProgress& on_progress = nullptr);

}  // namespace fairlead::scenario

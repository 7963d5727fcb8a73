// Runs a scenario under virtual time through the real allocator, to its end or until nothing more
// can happen, and reports. The same scenario and jobs give the same report, to the last number, on
// every compiler and machine. Any thread; a run shares nothing with another.
#pragma once

#include <vector>

#include "simulator/scenario/report.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

/// What the run must keep: names differ, places are within their lists, durations within bounds,
/// a role's quota fits the tree. Errors name the object; readers of files add the place.
Status validate(const Scenario& scenario);

/// A scenario without a duration ends when every job has ended, or nothing more can happen.
/// REQUIRES: validate(scenario).ok(), `jobs` by time of submission.
Report run(const Scenario& scenario, const std::vector<Job>& jobs);

}  // namespace fairlead::scenario

#include "simulator/chaos/shrink.h"

#include <algorithm>
#include <utility>

namespace fairlead::chaos {
namespace {

constexpr std::int64_t kMinutesMin = 3;

struct Shrinking {
  Shrunk found;
  std::size_t runs_max;
  const std::function<RunReport(const RunOptions&)>& run;

  bool is_over() const { return found.runs >= runs_max; }

  /// Keeps `smaller` when it breaks the same promise.
  bool keep(const RunOptions& smaller) {
    if (is_over()) return false;
    ++found.runs;
    RunReport report = run(smaller);
    bool is_same = report.violation && report.violation->promise == found.report.violation->promise;
    if (!is_same) return false;
    found.options = smaller;
    found.report = std::move(report);
    return true;
  }

  bool leave_faults_out() {
    bool has_changed = false;
    for (std::size_t i = 0; i < kFaults; ++i) {
      RunOptions smaller = found.options;
      smaller.without |= std::uint32_t{1} << i;
      if (smaller.without == found.options.without) continue;
      has_changed = keep(smaller) || has_changed;
    }
    return has_changed;
  }

  template <class Number>
  bool reduce(Number RunOptions::*field, Number least) {
    bool has_changed = false;
    while (found.options.*field > least) {
      RunOptions smaller = found.options;
      smaller.*field = std::max(least, smaller.*field / 2);
      bool is_half = keep(smaller);
      if (!is_half) {
        smaller.*field = found.options.*field - 1;
        if (!keep(smaller)) break;
      }
      has_changed = true;
    }
    return has_changed;
  }
};

}  // namespace

Shrunk shrink(const RunOptions& options, const RunReport& report, std::size_t runs_max,
              const std::function<RunReport(const RunOptions&)>& run) {
  check(report.violation.has_value(), "only a failing run is made smaller");
  Shrinking shrinking{{options, report, 0}, runs_max, run};
  bool has_changed = true;
  while (has_changed && !shrinking.is_over()) {
    has_changed = shrinking.leave_faults_out();
    has_changed = shrinking.reduce(&RunOptions::minutes, kMinutesMin) || has_changed;
    has_changed = shrinking.reduce(&RunOptions::agents, std::size_t{1}) || has_changed;
    has_changed = shrinking.reduce(&RunOptions::frameworks, std::size_t{1}) || has_changed;
    has_changed = shrinking.reduce(&RunOptions::masters, std::size_t{1}) || has_changed;
  }
  return std::move(shrinking.found);
}

}  // namespace fairlead::chaos

// How a run's report leaves the program: text or JSON to stdout, a page into a file, and what the
// run took to stderr, so that the same run prints the same report.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "simulator/driver/subcommand.h"
#include "simulator/scenario/scenario.h"

namespace fairlead {

class ReportOutput {
 public:
  /// Adds -o and --html.
  void declare(CLI::App& app);
  /// Runs it and shows the report. kExitUsage for a scenario that cannot be run.
  int run(const scenario::Scenario& scenario, const std::vector<scenario::Job>& jobs) const;

 private:
  std::string format_ = "text";
  std::string html_;
};

}  // namespace fairlead

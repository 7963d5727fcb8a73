// Jobs of a trace become a scenario: a framework for each role that occurs, a shape for each
// different amount. Used by the readers of traces; pure.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

/// Tasks of a job that are alike.
struct TracePart {
  Amounts amounts;
  std::uint64_t tasks = 0;
  Duration duration;
};

class TraceBuilder {
 public:
  /// `behaviour` is how each framework answers; its name, role and shapes are replaced.
  explicit TraceBuilder(Framework behaviour) : behaviour_(std::move(behaviour)) {}

  /// Parts without a task are left out.
  void add(const RoleName& role, Instant submit, const std::vector<TracePart>& parts);

  /// What was added, jobs by time of submission. Frameworks come in the order in which their roles
  /// did, called like them with '-' for '/'.
  std::vector<Framework> take_frameworks() { return std::move(frameworks_); }
  std::vector<Job> take_jobs();

 private:
  std::uint32_t framework_of(const RoleName& role);
  std::uint32_t shape_of(std::uint32_t framework, const Amounts& amounts);

  Framework behaviour_;
  std::vector<Framework> frameworks_;
  std::map<RoleName, std::uint32_t> by_role_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> shapes_;  // by their text
  std::vector<Job> jobs_;
};

/// What a replay runs.
struct Replay {
  Scenario scenario;
  std::vector<Job> jobs;
};

}  // namespace fairlead::scenario

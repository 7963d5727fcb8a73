// What another policy would have decided differently, step by step beside the recorded allocator.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulator/replay_log/changed_world.h"
#include "simulator/replay_log/names.h"

namespace fairlead::replay_log {

/// A step at which the two decide differently. Decisions are lines without numbers of offers.
struct ChangedStep {
  std::uint64_t step = 0;  ///< from 1
  Duration after;          ///< the first step
  std::string event;
  std::vector<std::string> recorded;
  std::vector<std::string> changed;  ///< with what the other decided by itself since the last step
};

struct Changes {
  static constexpr std::size_t kFirstMax = 10;

  std::map<RoleName, RoleTotals> recorded;
  std::map<RoleName, RoleTotals> changed;
  std::uint64_t different = 0;     ///< steps
  std::vector<ChangedStep> first;  ///< at most kFirstMax
  ChangedWorld::Counts counts;
};

class Comparison {
 public:
  Comparison(const AllocatorConfig& config, const PatternMatcher& patterns, const Policy& policy,
             Duration offer_hold_max)
      : world_(config, patterns, policy, offer_hold_max) {}

  /// `deadline` is what the recorded allocator waited for before the step, `actions` what it
  /// decided; `at` has the step's number, time and event.
  void take(const AllocatorLogStep& step, Instant deadline,
            const std::vector<allocation::Action>& actions, const Names& names, ChangedStep at);
  Changes changes();

 private:
  OpenOffers recorded_;
  ChangedWorld world_;
  Changes changes_;
};

/// For people; ends with a line break.
std::string text_of(const Changes& changes, std::uint64_t steps);

}  // namespace fairlead::replay_log

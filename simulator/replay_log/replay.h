// A log of a master's allocator through the real allocator once more: does it decide the same? The
// caller opens the file and says how it is read. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/allocator_log.h"
#include "common/pattern_matcher.h"
#include "common/result.h"
#include "schemas/allocator_log.h"
#include "simulator/replay_log/comparison.h"
#include "simulator/replay_log/policy.h"

namespace fairlead::replay_log {

/// A step that was not decided as recorded.
struct Difference {
  std::uint64_t step = 0;  ///< from 1
  Duration after;          ///< the first step
  std::string event;
  std::uint32_t recorded_actions = 0;
  std::uint64_t recorded_hash = 0;
  std::uint64_t hash = 0;
  std::vector<std::string> actions;  ///< what came now
};

struct Report {
  AllocatorLogStart start;
  std::uint64_t events = 0;
  std::uint64_t actions = 0;  ///< recorded
  std::uint64_t offers = 0;   ///< made now
  Duration span;              ///< from the first step to the last
  std::uint64_t same = 0;     ///< steps
  std::optional<Difference> first;
  std::string damage;              ///< why it was not read further; "": it was read to its end
  std::optional<Changes> changes;  ///< with another policy, if there is one

  bool is_same() const { return same == events; }
};

struct ReplayOptions {
  bool damaged = false;          ///< what is whole of a damaged log is replayed
  std::optional<Policy> policy;  ///< what would it have decided?
};

/// kCorrupt, kUnsupported: the log cannot be read, with the place. kInvalid: the policy's settings
/// do not go together.
Result<Report> replay(AllocatorLogReader::Read read, const PatternMatcher& patterns,
                      const ReplayOptions& options);
/// For people; ends with a line break.
std::string text_of(const Report& report);

}  // namespace fairlead::replay_log

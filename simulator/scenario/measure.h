// What is measured while a run goes on: what every agent has free, what is used and offered over
// time, samples. Told by the handlers, asked at the end. Whole numbers only. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/quota.h"
#include "common/resources.h"
#include "simulator/scenario/report.h"

namespace fairlead::scenario {

/// A shape that somebody waits for, and its place among all shapes of all frameworks.
struct WaitingShape {
  std::size_t number = 0;
  StandardAmounts need{};
};

class Measure {
 public:
  /// At most kSamplesMax: when there are more, every second one is dropped and the gap doubles.
  static constexpr std::size_t kSamplesMax = 240;

  Measure(Duration gap, std::size_t shapes) : gap_(gap), stranded_(shapes + 1) {}

  void add_agent(const Resources& total);
  void on_offered(const Resources& resources, int sign);
  /// sign 1: tasks started; -1: they ended.
  void on_used(std::uint32_t agent, const Resources& resources, int sign);
  /// Time goes by with what is used now. REQUIRES: `to` never goes back.
  void advance(Instant to);

  Instant next_sample() const { return next_sample_; }
  /// `waiting` are shapes that do not fit everywhere where something is free. O(agents x waiting).
  void sample(Sample sample, const std::vector<WaitingShape>& waiting);
  /// Fills in what the report says of the cluster. `shape_names` by number.
  void finish(Report& report, const std::vector<std::string>& shape_names);

 private:
  struct StrandedSum {
    std::uint64_t moments = 0;
    std::array<std::int64_t, kStandardScalars> per_million{};
  };

  void sample_stranded(const std::vector<WaitingShape>& waiting);
  Stranded mean_of(const StrandedSum& sum, const std::string& name) const;
  std::int64_t part_of_total(std::int64_t amount, std::size_t resource, std::int64_t parts) const;

  Duration gap_;
  Instant now_;
  Instant next_sample_;
  StandardAmounts total_{};
  StandardAmounts used_{};
  StandardAmounts offered_{};
  std::array<__int128, kStandardScalars> used_time_{};  ///< base units x nanoseconds
  std::vector<StandardAmounts> free_;                   ///< by agent
  std::vector<StrandedSum> stranded_;                   ///< by shape; the last one: no shape fits
  std::vector<Sample> samples_;
};

}  // namespace fairlead::scenario

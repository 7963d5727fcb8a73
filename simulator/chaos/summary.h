// Reports as text: a line for each run, totals for a batch. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "simulator/chaos/options.h"

namespace fairlead::chaos {

/// "seed 7 ok hash 0123456789abcdef tasks 4200 …", or its violation.
std::string line_of(const RunReport& report);

class Totals {
 public:
  void add(const RunReport& report);
  std::uint64_t runs() const { return runs_; }
  std::uint64_t violations() const { return violations_; }
  /// Faults that struck and promises that were checked, by kind.
  std::string text() const;
  /// Names what never happened, "" when everything did: a batch proves nothing about it.
  std::string never_happened() const;

 private:
  std::uint64_t runs_ = 0;
  std::uint64_t violations_ = 0;
  std::uint64_t tasks_ = 0;
  std::array<std::uint64_t, kFaults> faults_{};
  std::array<std::uint64_t, kPromises> evaluations_{};
};

}  // namespace fairlead::chaos

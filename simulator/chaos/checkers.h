// The promises that a run checks, how often each was checked, and the first one that was broken.
// Owned by a World; not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/time.h"

namespace fairlead::chaos {

enum class Promise : std::uint8_t {
  kNoOvercommit,       ///< what an agent runs and has accepted fits its total
  kAttemptOnce,        ///< no (framework, task, attempt) has two containers
  kNothingForgotten,   ///< what a framework launched it hears of, or still waits for
  kTerminalFinal,      ///< after a terminal status no other one of the same attempt
  kStatusTrue,         ///< dropped never ran, finished exited with 0, terminal does not run
  kEpochFenced,        ///< nobody obeys an epoch lower than one that it saw
  kOneLeaderPerEpoch,  ///< two lives of masters never lead under one epoch
  kDurable,            ///< what a store acknowledged is there after a crash
  kDurableFirst,       ///< what follows from a write leaves after the write is durable
  kDrainKept,          ///< who is drained is launched nothing, and runs nothing once it is empty
  kGangWhole,          ///< when one of a gang starts, none of it is dropped before it could
  kConverges,          ///< when nothing fails any more, everything is served within a bound
};
inline constexpr std::size_t kPromises = static_cast<std::size_t>(Promise::kConverges) + 1;

/// "no_overcommit", …
std::string_view to_string(Promise promise);

struct Violation {
  Promise promise = Promise::kNoOvercommit;
  Instant at;
  std::string what;
};

class Checkers {
 public:
  /// Counts the evaluation; `what()` says what was found, and is called only when `holds` is false.
  template <class What>
  void expect(Promise promise, bool holds, Instant now, const What& what) {
    ++evaluations_[static_cast<std::size_t>(promise)];
    if (!holds && !violation_) violation_ = Violation{promise, now, what()};
  }

  const std::array<std::uint64_t, kPromises>& evaluations() const { return evaluations_; }
  const std::optional<Violation>& violation() const { return violation_; }

 private:
  std::array<std::uint64_t, kPromises> evaluations_{};
  std::optional<Violation> violation_;
};

}  // namespace fairlead::chaos

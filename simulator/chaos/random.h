// The one source of chance of a simulated run: a seeded generator with whole-number draws, the same
// on every compiler. Copied nowhere by accident: each run owns one. Not thread-safe.
#pragma once

#include <cstdint>

#include "common/check.h"
#include "common/time.h"

namespace fairlead::chaos {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;

  /// SplitMix64 (Steele, Lea, Flood 2014).
  std::uint64_t next() {
    std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }
  /// 0 … n-1. The bias of the remainder is below 2^-32 for every n that is used. REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n) {
    check(n > 0, "a draw needs something to draw from");
    return next() % n;
  }
  /// True so many times in a million.
  bool happens(std::uint64_t per_million) {
    return per_million > 0 && below(1'000'000) < per_million;
  }
  /// REQUIRES: least <= most.
  Duration between(Duration least, Duration most) {
    return least + Duration{static_cast<std::int64_t>(
                       below(static_cast<std::uint64_t>(most.ns - least.ns) + 1))};
  }

 private:
  std::uint64_t state_;
};

}  // namespace fairlead::chaos

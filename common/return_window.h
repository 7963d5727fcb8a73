// How the many peers of one leader come back after its change: each waits for a random moment of a
// window that grows with their number, so that the next leader hears a bounded number a second.
// Integers only; who waits for what is decided where it is used.
#pragma once

#include <cstdint>

#include "common/time.h"

namespace fairlead {

/// The span within which `peers` come back at `per_second` each second; zero when it would be
/// shorter than limits::kReturnWindowMin: nobody waits then. REQUIRES: per_second > 0.
Duration return_window(std::uint64_t peers, std::int64_t per_second);

/// The next number of a seeded generator: SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t next_random(std::uint64_t& state);

/// Evenly in [0, span); zero for a span that is not positive.
Duration random_below(std::uint64_t& state, Duration span);

}  // namespace fairlead

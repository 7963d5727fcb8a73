// Spans and numbers from a seeded generator by whole-number arithmetic only: the same on every
// compiler and machine. Pure.
#pragma once

#include <string_view>

#include "simulator/chaos/random.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

using chaos::Random;

/// -ln(u / 2^64) in 1/2^32, exact to about 2^-30. REQUIRES: u > 0.
std::uint64_t minus_log(std::uint64_t u);

/// A span of the law. An exponential one is at most 45 means long.
Duration draw(const SpanLaw& law, Random& random);
std::uint64_t draw(const CountLaw& law, Random& random);

/// One number out of several: a seed for what must not depend on the order in which it is drawn.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b);
std::uint64_t mixed(std::uint64_t a, std::string_view text);

}  // namespace fairlead::scenario

#include "common/return_window.h"

#include <algorithm>

#include "common/check.h"
#include "common/limits.h"

namespace fairlead {

Duration return_window(std::uint64_t peers, std::int64_t per_second) {
  check(per_second > 0, "a window needs a rate");
  // A peer may be told any number; more than these nobody has.
  auto bounded = static_cast<std::int64_t>(std::min<std::uint64_t>(peers, limits::kAgentsMax));
  Duration window = seconds(bounded) / per_second;
  return window < limits::kReturnWindowMin ? Duration{} : window;
}

std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t mixed = (state += 0x9E3779B97F4A7C15ULL);
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  return mixed ^ (mixed >> 31);
}

Duration random_below(std::uint64_t& state, Duration span) {
  if (span <= Duration{}) return {};
  return {static_cast<std::int64_t>(next_random(state) % static_cast<std::uint64_t>(span.ns))};
}

}  // namespace fairlead

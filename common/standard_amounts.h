// Sums of the standard scalars alone: what quota and reclaims count in.
#pragma once

#include <algorithm>

#include "common/quota.h"

namespace fairlead {

inline void add(StandardAmounts& sum, const StandardAmounts& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += part[i];
}

inline void subtract(StandardAmounts& sum, const StandardAmounts& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] -= part[i];
}

/// Of each the smaller one.
inline StandardAmounts least_of(StandardAmounts a, const StandardAmounts& b) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) a[i] = std::min(a[i], b[i]);
  return a;
}

/// Nothing of `part` is more than of `whole`.
inline bool is_within(const StandardAmounts& part, const StandardAmounts& whole) {
  return least_of(part, whole) == part;
}

}  // namespace fairlead

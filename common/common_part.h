// The part of two Resources that both have, and whether a Resources value that came from a peer is
// well formed (its invariants hold). Pure; O(names + intervals).
#pragma once

#include "common/resources.h"

namespace fairlead {

/// The largest value that is contained in both.
Amounts common_part(const Amounts& a, const Amounts& b);
Resources common_part(const Resources& a, const Resources& b);

/// kInvalid when an invariant of Resources or Amounts does not hold or a bound is passed.
Status check_well_formed(const Resources& resources, const std::string& what);
Status check_well_formed(const Amounts& amounts, const std::string& what);

}  // namespace fairlead

// What operations have made of an agent's resources, told apart from what the agent itself says it
// has: the lots that are reserved by an operation, and volumes. Kept for an agent as a list of such
// lots, and applied to whatever it has when it registers. Pure functions of values.
#pragma once

#include <string>

#include "common/resources.h"

namespace fairlead {

/// Made by an operation: a volume, or something reserved by one.
bool is_converted(const LotKind& kind);
/// As the agent itself knows it: without volume and without what operations reserved.
LotKind unconverted(LotKind kind);
Resources converted_part(const Resources& total);
/// Of what an agent reports: nothing in it is converted. `what` says whose it is.
Status check_unconverted(const Resources& reported, const std::string& what);

struct ConvertedTotal {
  Resources total;    ///< what the agent has, with the conversions
  Resources missing;  ///< converted lots, or parts, for which it has too little
};

/// Applies `converted` to what an agent reports. Volumes come first, each whole or not at all: one
/// that does not fit is missing, and the disk that is there of it is kept back as well, since its
/// data may lie there. Of other lots as much is converted as there is. O(lots x names).
ConvertedTotal with_conversions(const Resources& reported, const Resources& converted);

}  // namespace fairlead

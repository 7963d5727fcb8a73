// A demanded shape as a gang: its tasks are of use only so many at once. What a gang is allowed to
// be; who gets one is decided in allocator/gangs.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "common/framework_messages.h"
#include "common/result.h"

namespace fairlead {

inline bool is_gang(const DemandShape& shape) {
  return shape.gang_size > 1;
}
/// How many tasks of the shape are offered at a time, at least 1.
inline std::uint32_t tasks_at_once(const DemandShape& shape) {
  return std::max<std::uint32_t>(1, shape.gang_size);
}

/// kInvalid when the gang is larger than what can be launched at once, or the count is not one of
/// whole gangs. `what` says whose shape it is.
Status check_gang(const DemandShape& shape, const std::string& what);

}  // namespace fairlead

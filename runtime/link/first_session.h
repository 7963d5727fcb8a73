// The number that a peer of the master gives its first session of a life. It reads the clock it is
// handed and keeps nothing. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/ids.h"
#include "runtime/clock.h"

namespace fairlead {

/// Never 0. Grows from one life to the next as long as the clock does not go back by the pause
/// between them; leaves room for 1,023 more sessions in each millisecond.
inline Session first_session(const Clock& clock) {
  return {static_cast<std::uint64_t>(std::max<std::int64_t>(clock.wall().unix_ms, 1)) << 10};
}

}  // namespace fairlead

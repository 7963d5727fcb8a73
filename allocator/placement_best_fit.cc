// Best fit: what stays free of the agent, of the resource where that is most, is least. So large
// shapes keep finding room.
#include "allocator/placement.h"
#include "allocator/shares.h"

namespace fairlead::allocation {

Fraction leftover_of(const FreeKey& room, const StandardAmounts& need) {
  Fraction most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] == 0 || room.total[i] == 0) continue;
    Fraction one{room.free[i] - need[i], room.total[i]};
    if (compare(most, 1, one, 1) < 0) most = one;
  }
  return most;
}

}  // namespace fairlead::allocation

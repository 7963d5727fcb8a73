// Spread: what is used of the agent afterwards, of the resource where that is most, is least. So
// tasks have room to use more than they asked for, and the loss of a machine ends few of them.
#include "allocator/placement.h"
#include "allocator/shares.h"

namespace fairlead::allocation {

Fraction used_after(const FreeKey& room, const StandardAmounts& need) {
  Fraction most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] == 0 || room.total[i] == 0) continue;
    Fraction one{room.total[i] - room.free[i] + need[i], room.total[i]};
    if (compare(most, 1, one, 1) < 0) most = one;
  }
  return most;
}

}  // namespace fairlead::allocation

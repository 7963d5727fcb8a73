// How much has ended lately: what held resources were freed in each of the last minutes. For
// estimates only; decides nothing. Internal to allocator/.
#pragma once

#include <array>
#include <cstdint>

#include "common/quota.h"
#include "common/resources.h"
#include "common/time.h"

namespace fairlead::allocation {

class Turnover {
 public:
  static constexpr std::int64_t kMinutes = 10;

  /// What ended in the last minutes, the one that runs among them.
  struct Sum {
    std::int64_t minutes = 0;  ///< since the first of it, as begun minutes; 0: nothing ended
    std::uint64_t times = 0;
    StandardAmounts freed{};
  };

  /// REQUIRES now >= every earlier one. O(1).
  void add(Instant now, const Quantities& freed);
  Sum sum(Instant now) const;

 private:
  struct Minute {
    std::int64_t number = -1;  ///< minutes since the origin of time
    std::uint64_t times = 0;
    StandardAmounts freed{};
  };

  std::array<Minute, kMinutes> minutes_;
};

}  // namespace fairlead::allocation

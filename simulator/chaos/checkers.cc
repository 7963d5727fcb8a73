#include "simulator/chaos/checkers.h"

namespace fairlead::chaos {

std::string_view to_string(Promise promise) {
  constexpr std::array<std::string_view, kPromises> kNames{
      "no_overcommit", "attempt_once", "nothing_forgotten",    "terminal_final",
      "status_true",   "epoch_fenced", "one_leader_per_epoch", "durable",
      "durable_first", "drain_kept",   "gang_whole",           "converges"};
  return kNames[static_cast<std::size_t>(promise)];
}

}  // namespace fairlead::chaos

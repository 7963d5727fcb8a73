// Placement: which agent, and of its devices which, is best for a task, as AllocatorConfig says.
// A policy sees the room on an agent before and after, never whose turn it is; equal rooms get
// equal scores. Internal to allocator/.
//
// best-fit       the agent of which the task leaves least (placement_best_fit.cc).
// spread         the agent of which least is used afterwards (placement_spread.cc).
// fragmentation  where what typical tasks cannot use grows least (placement_fragmentation.cc).
// fairlead       where what is expected to stay unused of the devices grows least
//                (placement_fairlead.cc); then best-fit.
#pragma once

#include <optional>

#include "allocator/context.h"

namespace fairlead::allocation {

/// Smaller is better: first `growth`, then `part`.
struct RoomScore {
  Growth growth = 0;
  Fraction part;
};

bool is_better(const RoomScore& a, const RoomScore& b);

/// True when a next task of the shape goes to the agent of the last one without a new choice.
inline bool fills_agents(const State& state) {
  return state.config.placement == Placement::kBestFit;
}
/// False when no device there has the share, or too few are free.
bool fits_devices(const State& state, const FreeKey& room, const StandardAmounts& need);
/// Of the best device there. REQUIRES that `need` fits `room`.
RoomScore score_of(State& state, const FreeKey& room, const StandardAmounts& need);
/// take() out of what is free on the agent, from the devices that the policy likes best.
std::optional<Resources> take_placed(State& state, AgentHandle agent, const Amounts& want,
                                     const RoleName& role);

// --- the policies --------------------------------------------------------------------------------

/// The largest part of an agent that stays free of anything that is needed.
Fraction leftover_of(const FreeKey& room, const StandardAmounts& need);
/// The largest part of an agent that is used then, of anything that is needed.
Fraction used_after(const FreeKey& room, const StandardAmounts& need);
/// Sum over typical tasks with gpus, as often as they come, of the free gpus that they cannot use:
/// all where they do not fit, else those of devices with too little.
Growth unusable_gpus(TypicalTasks& typical, const FreeRoom& room);
/// Millionths of devices that are expected to stay unused: see placement_fairlead.cc.
Growth expected_left(const TypicalTasks& typical, const FreeRoom& room);

}  // namespace fairlead::allocation

// Room for a gang that waits: where accumulate.h keeps one agent for a task, here as many are kept
// as are enough for all of it once they are empty, those that lack least first; of each task of the
// gang one agent at most, and kGangAgentsKeptMax. Nobody else is offered anything there until the
// gang is placed, on them and on what else is free, or what ends an accumulation ends this one.
//
// Invariants:
// 1. One gang in the cluster has agents kept for it: two could each hold what the other needs.
// 2. It is the one that is served first of those that were looked at since (ranking.h). A gang
//    before it takes over within accumulate_after; the order is total, so that no two of them take
//    turns while neither is served.
// So the first one waits at most until all that ran on its agents when they were kept, or was
// offered there, has ended, if that is within accumulate_max.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// A gang that needs more than this is kept nothing for: the others go on, and looking costs what
/// it costs today.
inline constexpr std::size_t kGangAgentsKeptMax = 256;

enum class GangTurn : std::uint8_t {
  kKept,    ///< agents are kept for it now
  kBehind,  ///< another gang comes first
  kNoRoom   ///< no agents would be enough, or those that are free are already
};

/// REQUIRES a gang that is due, of a client for which nothing is kept. O(accumulations), and
/// O(agents log agents) where it comes first.
GangTurn keep_for_gang(Context& context, ClientIndex client, const WantedShape& wanted);

/// The agents that are kept for the gang; none for another shape.
const std::vector<AgentHandle>& kept_for_gang(const State& state, ClientIndex client,
                                              const WantedShape& wanted);

}  // namespace fairlead::allocation

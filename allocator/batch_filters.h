// Filters of the batch mode, as Mesos keeps them: each by itself, however many a framework has on
// one agent; what is contained in one of them is hidden from its framework, role and agent. They
// stand in for the refusals of filters.h, whose callers need not know the mode; at most
// limits::kFiltersPerFrameworkMax per framework: the one that ends first makes room.
#pragma once

#include "allocator/filters.h"

namespace fairlead::allocation {

/// Of what a framework did not say how long.
inline constexpr Duration kBatchFilterDefault = seconds(5);

/// At least as long as the interval; negative: kBatchFilterDefault; 0: not at all. O(log filters).
void arm_filter(Context& context, ClientIndex client, AgentHandle agent, const Refused& refused);
void clear_filters(State& state, ClientIndex client);  ///< O(filters of its framework)
void clear_filters(State& state, AgentHandle agent);   ///< O(filters there)
/// Whether one of them hides an offer of `resources`.
bool is_hidden(const State& state, ClientIndex client, AgentHandle agent,
               const Resources& resources);

/// Ends those that are over before the run of the timer: all that ended earlier, and of those that
/// end with it the ones armed before the timer was.
void end_filters_before_timer(State& state);
/// Ends those that are over.
void end_filters(State& state, Instant now);

}  // namespace fairlead::allocation

// What is not offered again for a while: filters (the framework said for how long) and back-off
// (it declined, and the agent has gained nothing since). One Refusal per client and agent, at most
// limits::kFiltersPerFrameworkMax per framework: the one that ends first makes room. They lie in a
// row by agent; each framework keeps a heap of when its own change, in which those that are out of
// date stay until they come to the front or are too many.
//
// The batch mode has neither: batch_filters.h stands in for it.
//
// Both end by time, and are forgotten on revive, on a change of the agent's attributes, when the
// framework is deactivated and when it leaves the role. A back-off also ends when the framework
// uses something there or demands a shape that it did not demand before.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

struct Refused {
  SharedResources resources;
  Duration hide_for;      ///< 0: no filter
  bool declined = false;  ///< the framework said so itself: arms the back-off
};

/// REQUIRES the resources to be free again already. O(refusals there + of the client), as short
/// moves.
void refuse(Context& context, ClientIndex client, AgentHandle agent, const Refused& refused);
/// It used something there: the next decline starts at the shortest back-off.
void forgive(Context& context, ClientIndex client, AgentHandle agent);
void clear_backoffs(Context& context, ClientIndex client);
void clear_refusals(State& state, ClientIndex client);
void clear_refusals(State& state, AgentHandle agent);
/// What ends first; nullptr when nothing does. O(log frameworks).
const RefusalDue* first_due(const State& state);
/// Ends what is due at context.now and touches those pairs.
void expire_refusals(Context& context);

/// Adds the clients to whom nothing of what is free there can be offered now. O(refusals there).
void add_refusing(const State& state, Instant now, AgentHandle agent,
                  std::vector<ClientIndex>& clients);

/// True when a filter hides an offer of `resources`.
bool is_filtered(const State& state, Instant now, ClientIndex client, AgentHandle agent,
                 const Resources& resources);
/// When the later of its filter and its back-off there ends; now or before without one.
Instant refusal_end(const State& state, ClientIndex client, AgentHandle agent);
/// True while a back-off lasts and the agent has nothing more free than at the decline.
bool is_backed_off(const State& state, Instant now, ClientIndex client, AgentHandle agent);

}  // namespace fairlead::allocation

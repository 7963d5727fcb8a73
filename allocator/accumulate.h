// Accumulation: a demanded shape that fits into some agent's total but nowhere now, of a role below
// its fair share or of one whose guarantee covers it, would wait for ever beside small tasks that
// take every freed piece. After AllocatorConfig::accumulate_after the agent that lacks least is
// kept free for it: nobody else is offered anything there until the shape fits, the demand is gone,
// the role has its fair share and guarantee, a limit stands against it or accumulate_max has
// passed. At most one agent per client; several for a gang: see accumulate_gang.h.
//
// A guarantee comes first: what it covers and what fits nowhere else is placed on an agent that is
// kept as well, and the agent stays kept. Not where others were told to give something back for a
// guarantee: of two guarantees the one for which room is made has it.
//
// Fair share: on each level of the tree a role is due its parent's part times its weight over the
// weights of those siblings that use or want something.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Starts or ends the waits of a client after it was looked at, and schedules their end.
/// `tries` are by shape; empty when none got anything.
void note_waits(Context& context, ClientIndex client, const std::vector<ShapeTries>& tries);

/// Keeps the agents for the client until then at the latest. REQUIRES that none is kept for it,
/// and that they are kept for nobody.
Accumulation& keep_agents(Context& context, ClientIndex client, const DemandShape& shape,
                          std::vector<AgentHandle> agents, Instant until);
/// Looks at the client again when that says so.
void schedule_look(State& state, ClientIndex client, const Accumulation& kept);

/// Lets go of what is kept for `client`: it was served there, or wants it no more.
void drop_accumulation(Context& context, ClientIndex client,
                       const std::string& why = "it is not wanted any more");
/// The same if the shape is not unmet any more or the client may not be offered anything.
void drop_stale_accumulation(Context& context, ClientIndex client);
/// The same for every client whose role is not below its fair share, or guarantee, any more, or at
/// its limit.
void drop_unfair_accumulations(Context& context);

/// Ends what has lasted too long, and starts to accumulate for those who waited long enough.
void expire_waits(Context& context);

bool is_below_fair_share(const State& state, RoleIndex role);

/// It is kept for somebody, and what a guarantee covers may be placed there all the same.
bool is_open_to_guarantees(const State& state, AgentHandle agent);

/// The largest part of `need` that is not free there.
Fraction lack_of(const FreeColumn& column, const StandardAmounts& need);
/// It was kept for the client the last time, and not enough ended there.
bool is_given_up(const State& state, ClientIndex client, AgentHandle agent);

}  // namespace fairlead::allocation

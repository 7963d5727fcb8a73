// Reclaims: a shape that waited for long has room made for it. The allocator names the agent and
// what each client there must give so that the shape fits; which tasks end is the victim's choice
// until the deadline, then the master's. What is freed is kept for the beneficiary: a reclaim lives
// as long as the agent is kept for it (accumulate.h).
//
// Of the kinds that are on, the first that suffices alone: priority (in the same role, what is held
// at a lower priority), fairness (of roles above their fair share, as long as the beneficiary's
// share afterwards is not above theirs), guarantee (of whoever is beyond its own, for what a
// guarantee covers). Whatever the kind, nobody is taken below a guarantee of its role or of one
// above it. Of the agents the one where least is lacking; of the clients there first the lowest
// priority, then the largest share. Only unreserved amounts of the standard scalars are taken: what
// else the shape wants has to be free there.
//
// When room was made for a client its next shapes need not wait so long again.
#pragma once

#include <optional>

#include "allocator/context.h"

namespace fairlead::allocation {

/// When it is looked first whether others can make room for the shape, now or later; never when no
/// kind is on.
Instant first_reclaim(const State& state, ClientIndex client, const WantedShape& wanted);

/// Keeps the best agent for the shape and tells those there what to give. False when the shape has
/// not waited long enough, fits somewhere, or nobody may be told. O(agents).
bool begin_reclaim(Context& context, ClientIndex client, const WantedShape& wanted);
/// The same for the shape that an agent is kept for, which may be another one afterwards; looks
/// again later when there is none.
void look_for_reclaim(Context& context, ClientIndex client);

/// What others give is still due to it. REQUIRES that they are told to.
bool is_called_for(const State& state, ClientIndex client, const Accumulation& kept);

/// REQUIRES an agent that is kept for the client: the shape fits there.
void note_room_made(Context& context, ClientIndex client);
/// Those who were told need not give anything any more.
void end_reclaim(Context& context, const Accumulation& kept, const std::string& why);
/// The framework holds nothing any more.
void forget_victims(Context& context, FrameworkHandle framework);

/// See AllocatorCore::reclaim_need.
std::optional<ReclaimNeed> need_of(const State& state, ReclaimId reclaim);

}  // namespace fairlead::allocation

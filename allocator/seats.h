// Who takes part in a round: opens it with what was touched, gives seats to those who may find
// something, and closes it. Internal to allocator/.
#pragma once

#include "allocator/context.h"
#include "allocator/match.h"
#include "allocator/round.h"
#include "allocator/turns.h"

namespace fairlead::allocation {

/// Takes over what the step has touched. O(touched + those who look further).
Round& open_round(Context& context);
void close_round(Context& context, Round& round);

/// What the touched agents still have for those without a reserved seat. O(touched).
Room room_of(const State& state, const Round& round);

/// False when the client wants nothing that is small enough for one of the touched agents, or
/// refused all that is free there. O(touched * its shapes).
bool can_use_any(const State& state, const Round& round, ClientIndex index);

/// Its own, or a new one. O(1).
Seat& seat_of(State& state, Round& round, ClientIndex index);

/// Where its turn looks. O(1).
Candidates candidates_of(const Round& round, const Seat& seat);
/// Where a gang looks, whoever wants it.
Candidates everywhere(const Round& round);

}  // namespace fairlead::allocation

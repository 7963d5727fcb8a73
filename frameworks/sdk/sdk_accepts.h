// Accepts on their way to the master: what of them may leave, and what comes back at once. Internal
// to frameworks/sdk.
#pragma once

#include <set>
#include <vector>

#include "frameworks/sdk/sdk_state.h"

namespace fairlead::sdk {

/// One callback's orders on their way into one Outgoing.
struct Taking {
  Turn& turn;
  Outgoing entry;
  std::vector<StateWrite> writes;
  std::set<RoleName> demand_due;  ///< said at the end, once per role
};

/// Launches that may not be are left out of it.
void take(Taking& taking, AcceptOffers accept);
/// When one of its launches may not be, none is.
void take(Taking& taking, AcceptGang gang);
/// Answered at once when they may not be, as when one of their offers is gone.
void take(Taking& taking, AcceptOperations operations);

}  // namespace fairlead::sdk

// When an agent registers after its link broke: thousands lose one leader at the same moment, and
// the next one must hear a bounded number of them a second, those with many tasks first.
#pragma once

#include "agent/state.h"

namespace fairlead {

/// The span within which all agents come back, by what the last welcome said of them. Zero: nobody
/// waits; also before the first welcome of this life.
Duration registration_window(const MasterLink& link);

/// How long from now, by the agent's own generator: in the first half of the window with more than
/// twice the tasks of the average agent, in the second half with less than half of them, anywhere
/// in it otherwise.
Duration draw_registration_slot(AgentState& state);

}  // namespace fairlead

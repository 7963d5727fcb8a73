// One line of text for everything that an agent's core can order. For scripts; complete enough
// that two different traces mean two different behaviours.
#pragma once

#include <string>

#include "common/agent_events.h"

namespace fairlead {

std::string describe_agent_action(const AgentAction& action);

}  // namespace fairlead

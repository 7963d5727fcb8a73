// Messages as a few words, for a trace that a person reads. Pure; any thread.
#pragma once

#include <string>

#include "common/agent_messages.h"

namespace fairlead::chaos {

std::string describe(const AgentToMaster& message);
std::string describe(const MasterToAgent& message);

}  // namespace fairlead::chaos

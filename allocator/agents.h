// Agents come, change, pause and go.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

Status on_agent_added(Context& context, const AgentAdded& event);
Status on_agent_changed(Context& context, const AgentChanged& event);
Status on_agent_removed(Context& context, const AgentRemoved& event);
Status on_agent_paused(Context& context, const AgentPaused& event);
Status on_agent_resumed(Context& context, const AgentResumed& event);

}  // namespace fairlead::allocation

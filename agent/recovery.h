// What an agent does with what its checkpoint holds.
#pragma once

#include "agent/context.h"

namespace fairlead {

/// Takes over identity and tasks. Containers are looked for, those of an earlier boot are gone;
/// the master hears of it all once the identity is durable.
void recover(AgentContext& context, const AgentStarted& started);

}  // namespace fairlead

// A random operation on what an agent has, told to the allocator as a master does.
#pragma once

#include "tests/allocator/random_history.h"

namespace fairlead {

/// Reserves, unreserves, makes or destroys a volume, of what nobody holds; nothing when the agent
/// that is drawn cannot do what is drawn.
void operation_event(AllocatorWorld& world, Draw& draw);

}  // namespace fairlead

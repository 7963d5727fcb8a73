// A person who empties agents and takes them back later, by asking whichever master says that it
// leads; may ask one that was deposed and does not know it. Free functions over a World.
#pragma once

#include "common/ids.h"

namespace fairlead::chaos {

class World;

/// Drains it within a minute at most, asked once; again for one that is drained means with another
/// deadline. Its reactivation is asked for after a while, until it is acknowledged. Nothing while
/// it is being reactivated, or when nobody leads.
void drain_for_a_while(World& world, const AgentId& agent);
/// Every agent that may be drained, now.
void reactivate_all(World& world);

}  // namespace fairlead::chaos

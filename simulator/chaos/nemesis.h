// The faults that come at a time of their own: cuts, crashes, stops, full disks, clocks that jump,
// agents that are drained. Free functions over a World.
#pragma once

namespace fairlead::chaos {

class World;

/// Plans every timed fault of the run's swarm; each plans its next one until the world heals.
void plan_faults(World& world);

}  // namespace fairlead::chaos

// The flags beside a ZooKeeper address, the same in every program that may lead. Stateless.
#pragma once

#include "runtime/adapters/candidate/zookeeper_mode.h"
#include "runtime/adapters/flags/flags.h"

namespace fairlead {

/// Everything but the address and the pinned id, which have names of their own. `mode` outlives
/// `flags`.
void add_zookeeper_flags(FlagSet& flags, ZookeeperMode& mode);

}  // namespace fairlead

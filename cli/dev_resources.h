// What each agent of a dev cluster says that it has.
#pragma once

#include <cstdint>
#include <string>

#include "cli/dev_cluster.h"

namespace fairlead::cli {

/// Of agent `index`, counted from 0: the options' by turns, or sizes that differ; and ports of its
/// own, as all agents share this machine's.
std::string resources_of(const DevUpOptions& options, std::int64_t index);

}  // namespace fairlead::cli

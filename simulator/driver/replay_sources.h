// The traces that `fairlead-sim replay` can read: a row each.
#pragma once

#include <memory>

#include "simulator/driver/subcommand.h"

namespace fairlead {

std::unique_ptr<Subcommand> replay_csv();
std::unique_ptr<Subcommand> replay_openb();
std::unique_ptr<Subcommand> replay_swim();

using ReplaySource = std::unique_ptr<Subcommand> (*)();

inline constexpr ReplaySource kReplaySources[] = {
    replay_csv,
    replay_openb,
    replay_swim,
};

}  // namespace fairlead

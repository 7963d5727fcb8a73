// What one run is: everything that decides what happens in it, and what came of it. Values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "master/allocator_watch.h"
#include "master/config.h"
#include "simulator/chaos/checkers.h"
#include "simulator/chaos/fault_plan.h"
#include "simulator/chaos/plant.h"

namespace fairlead::chaos {

/// Who hears the allocator of one life of a master.
using AllocatorWatchMaker = std::function<std::unique_ptr<AllocatorWatch>(const MasterConfig&)>;

struct RunOptions {
  std::uint64_t seed = 1;
  std::int64_t minutes = 10;  ///< simulated, 3..1000; the last fifth, at least two, without faults
  std::size_t masters = 3;
  std::size_t agents = 20;
  std::size_t frameworks = 3;
  std::uint32_t without = 0;  ///< bits of faults that are left out
  bool swarm = true;          ///< each run leaves out some faults and exaggerates others
  Plant plant = Plant::kNone;
  AllocatorWatchMaker watch_allocator;  ///< null: nobody
};

struct RunReport {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::uint64_t tasks = 0;       ///< that frameworks wanted
  std::uint64_t containers = 0;  ///< that started
  std::uint64_t epochs = 0;
  Duration converged_after;  ///< since the last fault
  std::array<std::uint64_t, kFaults> faults{};
  std::array<std::uint64_t, kPromises> evaluations{};
  std::optional<Violation> violation;
};

/// The one command that runs `options` again.
std::string command_of(const RunOptions& options);

}  // namespace fairlead::chaos

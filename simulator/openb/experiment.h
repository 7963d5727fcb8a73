// The experiment of the openb paper, through the real allocator: tasks come one after another, each
// as a demand of one; what is offered is accepted, and a task that is offered nothing is dropped.
// Pure: the same trace, options and seed give the same result.
#pragma once

#include <cstdint>
#include <vector>

#include "simulator/openb/trace.h"

namespace fairlead::openb {

struct Trace {
  std::vector<Node> nodes;
  std::vector<Pod> pods;
};

struct Options {
  Placement placement = Placement::kFairlead;
  bool knows_tasks = true;         ///< the pod list as typical tasks; else what comes teaches
  std::int64_t percent_max = 130;  ///< of the GPUs: pods are added until they want as much
};

struct SeedResult {
  std::uint64_t seed = 0;
  std::int64_t gpu_milli_total = 0;
  std::int64_t gpu_milli_arrived = 0;
  std::int64_t gpu_milli_allocated = 0;
  std::uint64_t pods_placed = 0;
  std::uint64_t pods_dropped = 0;

  /// Hundredths of a per cent, rounded.
  std::int64_t allocated() const {
    return (gpu_milli_allocated * 10'000 + gpu_milli_total / 2) / gpu_milli_total;
  }
};

/// The pods of the list and of it, by chance and with repetition, as many more as it takes;
/// shuffled by the seed. Places in Trace::pods.
std::vector<std::size_t> arrivals(const Trace& trace, std::int64_t percent_max, std::uint64_t seed);

SeedResult run(const Trace& trace, const Options& options, std::uint64_t seed);

}  // namespace fairlead::openb

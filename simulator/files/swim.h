// Reads a trace of SWIM (jobs of MapReduce: submission and bytes) and says by rules what its tasks
// were, since the trace knows neither tasks nor run times. The rules stand in docs/simulator.md.
#pragma once

#include "common/result.h"
#include "simulator/csv/csv.h"
#include "simulator/scenario/trace.h"

namespace fairlead::scenario {

struct SwimOptions {
  std::uint32_t agents = 100;
  Resources agent_total;
  OfferPolicy policy = OfferPolicy::kDemand;
  std::uint64_t seed = 1;
};

/// What the rules make of one job.
struct SwimJob {
  RoleName role;
  std::uint64_t maps = 0;
  std::uint64_t reduces = 0;
  Duration map_duration;
  Duration reduce_duration;
};
struct SwimBytes {
  std::int64_t map_input = 0;
  std::int64_t shuffle = 0;
  std::int64_t reduce_output = 0;
};
SwimJob swim_job(const SwimBytes& bytes);

Result<Replay> read_swim(const Csv& csv, const SwimOptions& options);

}  // namespace fairlead::scenario

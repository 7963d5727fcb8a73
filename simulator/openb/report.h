// What an experiment tells: a line a seed, the mean, and what the paper published beside it.
#pragma once

#include <string>
#include <vector>

#include "simulator/openb/experiment.h"

namespace fairlead::openb {

struct Report {
  Options options;
  std::vector<SeedResult> seeds;
  Published published;  ///< may be empty
};

std::string line_of(const SeedResult& result);
/// What follows the lines of the seeds.
std::string summary_of(const Report& report);
/// All of it, as one object.
std::string json_of(const Report& report);

}  // namespace fairlead::openb

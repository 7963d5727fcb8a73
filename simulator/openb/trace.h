// The openb trace as values: machines with GPUs, tasks, and what the paper published. Read from the
// texts of the files in simulator/traces/openb. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/config.h"
#include "common/resources.h"

namespace fairlead::openb {

struct Node {
  std::string name;
  std::string gpu_model;
  Resources total;  ///< with gpu_shares
  std::int64_t gpu_milli = 0;
};

struct Pod {
  Amounts want;
  std::string gpu_model;  ///< "": any

  std::int64_t gpu_milli() const { return want.scalars[StandardScalar::kGpus]; }
};

/// By policy: allocated GPUs by seed at the end, in hundredths of a per cent.
using Published = std::map<std::string, std::map<std::uint64_t, std::int64_t>>;

/// Those with GPUs; the others take no part in the experiment.
Result<std::vector<Node>> read_nodes(std::string_view text, std::string name);
Result<std::vector<Pod>> read_pods(std::string_view text, std::string name);
Result<Published> read_published(std::string_view text, std::string name);

/// How often tasks with the same needs are in the list, as the allocator may know them beforehand;
/// the most frequent ones if there are too many kinds.
std::vector<TypicalTask> typical_tasks(const std::vector<Pod>& pods);

}  // namespace fairlead::openb

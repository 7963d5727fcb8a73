// The replication controller: desired and observed in, what to do out. A pure function: the same
// arguments, the same plan; after a plan was applied, planning again asks for nothing more.
//
// Replicas of an older generation, and those whose agent is drained, are replaced by and by.
// Invariants: 1. a rolling replacement never stops a ready replica when fewer than
// replicas - max_unavailable would be left. 2. it never creates above replicas + max_surge live
// ones. 3. replicas on unreachable agents are not live: others take their place, and of too many
// the ones that came back go first.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "frameworks/pods/replica.h"

namespace fairlead::pods {

struct Plan {
  std::uint32_t create = 0;            ///< new replicas of the newest generation, pending
  std::vector<std::uint64_t> stop;     ///< kill what was launched, forget the rest
  std::vector<std::uint64_t> restart;  ///< back-off is over: pending again
  Instant next_check = Instant::never();
  friend bool operator==(const Plan&, const Plan&) = default;
};

struct Desired {
  const ServiceSpec& spec;
  std::uint64_t generation = 1;
  bool removing = false;  ///< stop everything, also what is unreachable
};

/// `observed` by number. O(replicas log replicas), and O(replicas * stops) when it stops ready
/// ones.
Plan plan_replicas(const Desired& desired, const std::map<std::uint64_t, Replica>& observed,
                   Instant now);

}  // namespace fairlead::pods

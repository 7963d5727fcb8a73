// Gangs: launches that run all together or not at all (gangs.cc). Two phases: agents prepare, the
// decision is durable, agents are told. A gang that this table does not know was given up.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "common/ids.h"
#include "common/time.h"

namespace fairlead::master {

enum class GangPhase : std::uint8_t {
  kPreparing,  ///< some of its agents have not said that their tasks are prepared
  kDeciding,   ///< that it runs is being written
  kCommitted,  ///< durably; some of its agents have not said that they know
};

struct Gang {
  FrameworkId framework;
  GangPhase phase = GangPhase::kPreparing;
  std::set<std::uint32_t> waiting;   ///< slots of tasks that are not prepared, while kPreparing
  std::set<AgentId> agents;          ///< that have not settled it
  Instant give_up_at;                ///< while kPreparing
  std::vector<std::uint32_t> tasks;  ///< slots of all of them, while kPreparing
};

struct GangTable {
  std::map<GangId, Gang> gangs;
  std::map<std::uint32_t, GangId> by_task;  ///< slot; tasks of gangs in kPreparing
  std::uint64_t numbered = 0;               ///< in this epoch
};

}  // namespace fairlead::master

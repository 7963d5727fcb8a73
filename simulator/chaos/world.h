// One run's world: a coordination service, masters, agents and frameworks on one network, under one
// virtual clock and one seed. The entry is `run`. Owned by its caller; not thread-safe: a thread or
// process runs one world at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "simulator/chaos/agent_node.h"
#include "simulator/chaos/framework_node.h"
#include "simulator/chaos/master_node.h"
#include "simulator/chaos/options.h"

namespace fairlead::chaos {

class World {
 public:
  /// `read` gets every line of the trace; may be empty.
  World(const RunOptions& options, Trace::Reader read);

  /// To the end, or to the first promise that is broken.
  RunReport run();

  // --- for the nemesis and the operator ---
  Stage& stage() { return stage_; }
  Coordination& coordination() { return coordination_; }
  Network& network() { return network_; }
  DrainBook& drains() { return drains_; }
  std::vector<std::unique_ptr<MasterNode>>& masters() { return masters_; }
  std::vector<std::unique_ptr<AgentNode>>& agents() { return agents_; }
  std::vector<std::unique_ptr<FrameworkNode>>& frameworks() { return frameworks_; }

 private:
  void start();
  void heal();
  MasterNode* leader();
  /// "" when everything is served; otherwise what is not.
  std::string not_converged();
  RunReport report();

  const RunOptions options_;
  const Instant heal_at_;
  const Instant tasks_until_;
  const Instant end_at_;
  Stage stage_;
  Coordination coordination_;
  Network network_;
  DrainBook drains_;
  Ledger ledger_;
  EpochBook epochs_;
  std::vector<std::unique_ptr<MasterNode>> masters_;
  std::vector<std::unique_ptr<AgentNode>> agents_;
  std::vector<std::unique_ptr<FrameworkNode>> frameworks_;
  Instant converged_at_ = Instant::never();
  std::uint64_t events_ = 0;
};

/// Builds a world and runs it.
RunReport run(const RunOptions& options, Trace::Reader read = nullptr);

}  // namespace fairlead::chaos

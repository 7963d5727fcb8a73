// Loads for the allocator alone, in one process: clusters of GOALS' first rows, and the events that
// are timed. Deterministic: the same load makes the same offers, which the checksum proves.
// Used by allocator_bench at full size and by its test at a small one. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "allocator/allocator.h"

namespace fairlead::bench {

enum class Quotas {
  kNone,
  kFar,  ///< every role has a limit and a guarantee, both far from what it uses
  kAll,  ///< half of the roles may have and get half an agent, the others one and a half: all there
         ///< is
};

struct LoadSize {
  std::uint32_t agents = 0;
  std::uint32_t frameworks = 0;
  bool one_role = false;  ///< all frameworks in one role instead of one role each
  Quotas quotas = Quotas::kNone;
};

/// Agents of cpus:24;mem:4096;disk:4096;ports:[31000-32000], all paused, and frameworks that are
/// active and have no demand.
class Cluster {
 public:
  /// What is held on an agent when it comes.
  using Held = std::function<std::vector<Holding>(const Cluster&, AgentHandle)>;

  Cluster(const LoadSize& size, const Held& held);

  RoleName role(FrameworkHandle framework) const;
  /// The framework that holds most on the agent.
  FrameworkHandle owner(AgentHandle agent) const { return {agent.index % size_.frameworks}; }
  void step(const allocation::Event& event);
  /// Every agent makes offers: all that is free is offered once.
  void resume_all();
  void pause_all();
  /// Every outstanding offer is declined for ever, the oldest first; what follows from each decline
  /// is offered at once, and is declined in the next round. A second passes before.
  void decline_all();
  /// The offers of the events so far that are not answered, oldest first.
  std::vector<allocation::MakeOffer> take_offers();

  std::uint64_t offers_made() const { return offers_made_; }
  /// Over number, framework and agent of every offer so far.
  std::uint64_t checksum() const { return checksum_; }

 private:
  /// REQUIRES quotas.
  Quota quota_of(FrameworkHandle framework) const;

  LoadSize size_;
  AllocatorCore core_{AllocatorConfig{}};
  Instant now_;
  std::vector<allocation::Action> actions_;
  std::vector<allocation::MakeOffer> offers_;
  std::uint64_t offers_made_ = 0;
  std::uint64_t checksum_ = 14695981039346656037U;
};

std::vector<Holding> nothing(const Cluster& cluster, AgentHandle agent);
/// All of it.
std::vector<Holding> everything(const Cluster& cluster, AgentHandle agent);
/// Three quarters of everything, the ports in 16 fragments.
std::vector<Holding> three_quarters(const Cluster& cluster, AgentHandle agent);

/// A full cluster in which tasks of one CPU end, one event at a time.
class TaskEnds {
 public:
  /// With `demand` every framework wants more: those of odd numbers tasks of one CPU, the others
  /// of two, which nothing that ends makes room for. Without it they take whole agents.
  TaskEnds(const LoadSize& size, bool demand);

  /// The next task to end. The agents follow each other in a fixed, mixed order.
  allocation::HoldingFreed next();
  void end(const allocation::HoldingFreed& task) { cluster_.step(task); }
  /// Whoever was offered the freed resources takes them: the cluster is full again.
  void refill(const allocation::HoldingFreed& task);

  const Cluster& cluster() const { return cluster_; }

 private:
  Cluster cluster_;
  std::uint32_t agents_ = 0;
  std::vector<FrameworkHandle> owners_;  ///< of the one-CPU task, by agent
  std::uint64_t draws_ = 0;
};

/// A cluster with room, unevenly used, in which frameworks want one task now and then.
class DemandChanges {
 public:
  explicit DemandChanges(const LoadSize& size);

  /// The next demand: two CPUs, and memory that only some agents have.
  allocation::DemandSet next();
  void set(const allocation::DemandSet& demand) { cluster_.step(demand); }
  /// The task that was offered for it runs and ends: the cluster is as before.
  void finish(const allocation::DemandSet& demand);

  const Cluster& cluster() const { return cluster_; }

 private:
  Cluster cluster_;
  std::uint32_t frameworks_ = 0;
  std::uint64_t draws_ = 0;
};

}  // namespace fairlead::bench

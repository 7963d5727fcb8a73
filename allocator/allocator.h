// The allocator: decides who is offered what. A pure state machine over the events and actions of
// common/allocator_events.h: no clock, no I/O, no randomness but its own seeded generator. It is
// not a scheduler: a framework chooses what to run on what it is offered.
// Owned by the master core (and by the simulator); not thread-safe.
//
// Invariants after every step: 1. what is held and offered on an agent is within its total, unless
// the agent itself shrank or came with more. 2. A share counts what is offered and what is held.
// 3. No wanting framework could be served from what is free, unless a filter, a back-off, a limit,
// somebody's guarantee or an agent that is kept free for a large shape stands in between; in the
// batch mode (AllocationMode) after every run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "allocator/config.h"
#include "allocator/explain.h"
#include "allocator/what_if.h"
#include "common/allocator_events.h"

namespace fairlead {

namespace allocation {
struct State;
}

/// What one role uses of the cluster, its sub-roles included.
struct RoleShare {
  RoleName role;
  std::int64_t weight_milli = 1000;
  std::string dominant;        ///< resource that decides; "" when nothing is used
  std::int64_t used = 0;       ///< of it, in base units
  std::int64_t cluster = 0;    ///< of it, in base units; 0 when nothing is used
  std::int64_t per_mille = 0;  ///< of the dominant resource, rounded down, not weighted
  Quantities offered;
  Quantities allocated;
  std::uint64_t times = 0;  ///< how often it was chosen
  StandardAmounts debt{};   ///< counts beside them in the order: offers that were held for long
};

/// A role with a quota.
struct RoleQuotaUse {
  RoleName role;
  Quota quota;
  StandardAmounts consumed{};  ///< with its sub-roles, and what is reserved for them
  StandardAmounts held{};      ///< kept free for its guarantee and those of its sub-roles
};

struct FrameworkShare {
  FrameworkId framework;
  RoleName role;
  std::string dominant;
  std::int64_t per_mille = 0;
  Quantities offered;
  Quantities allocated;
  std::uint64_t times = 0;
  bool wants = false;      ///< would take an offer now
  StandardAmounts debt{};  ///< as that of a role
};

namespace allocation {
/// The events that are this change: the allocator takes all of it at once.
std::vector<QuotaSet> events_of(const QuotaChange& change);
}  // namespace allocation

class AllocatorCore {
 public:
  /// REQUIRES validate(config).ok().
  explicit AllocatorCore(AllocatorConfig config);
  ~AllocatorCore();
  AllocatorCore(const AllocatorCore&) = delete;
  AllocatorCore& operator=(const AllocatorCore&) = delete;

  /// Applies `event` and appends what follows from it. An event that contradicts the state appends
  /// one RejectEvent and changes nothing. REQUIRES now >= every earlier now.
  /// O(touched agents x those who want something there).
  void step(Instant now, const allocation::Event& event, std::vector<allocation::Action>& out);

  /// When a TimePassed is due: a filter or back-off ends, or a wait is long enough to accumulate;
  /// in the batch mode a run, which may be now.
  Instant next_deadline() const;

  // --- read-only queries -------------------------------------------------------------------------

  /// Every role that is in use or has a weight or a quota of its own, by path.
  std::vector<RoleShare> role_shares() const;
  /// By path.
  std::vector<RoleQuotaUse> quotas() const;
  /// Every (framework, role), by role and framework.
  std::vector<FrameworkShare> framework_shares() const;
  /// "role/framework" of those who want something, the one that is served first in front.
  std::vector<std::string> order() const;
  /// kNotFound for an unknown agent.
  Result<Resources> free(AgentHandle agent) const;
  /// By offer number.
  std::vector<OutstandingOffer> offers() const;
  /// Sum of the agents that are present.
  Quantities cluster_total() const;
  /// `shape` is the name of one shape of the framework's demand. kNotFound when the framework,
  /// role or shape is unknown. O(agents), and a copy of the allocator for each change that is
  /// tried.
  Result<Explanation> explain(FrameworkHandle framework, const RoleName& role,
                              const std::string& shape, const ExplainOptions& options = {}) const;
  /// What `events`, one change of quota or weights, would lead to. The first that would be rejected
  /// is the error. O(state).
  Result<WhatIf> what_if(const std::vector<allocation::Event>& events) const;
  /// What is to be given for the reclaim now; nullopt when it has ended. O(agents kept for
  /// somebody + holdings on the agent).
  std::optional<ReclaimNeed> reclaim_need(ReclaimId reclaim) const;

 private:
  std::unique_ptr<allocation::State> state_;
};

}  // namespace fairlead

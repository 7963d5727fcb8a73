// What the batch framework's handlers share. Internal to frameworks/batch.
// A handler works on a BatchTurn: it changes jobs, marks what it changed, and finish() turns the
// marks into one durable batch and the roles' demand.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "frameworks/batch/batch_scheduler.h"
#include "frameworks/batch/row_codec.h"

namespace fairlead::batch {

/// Order in which groups are served. Smaller first.
struct GroupRank {
  std::int32_t job_priority_negated = 0;
  JobId job;
  std::int32_t group_priority_negated = 0;
  std::uint32_t group = 0;
  friend auto operator<=>(const GroupRank&, const GroupRank&) = default;
};

/// A window that lies ahead of an agent.
struct AheadKey {
  AgentId agent;
  WindowId window;
  friend auto operator<=>(const AheadKey&, const AheadKey&) = default;
};
struct Ahead {
  WallTime begins;
  bool is_accepted = false;
};

struct Batch {
  BatchOptions options;
  std::map<JobId, Job> jobs;
  std::uint64_t job_next = 1;
  std::uint64_t version = 0;
  std::map<RoleName, std::set<GroupRank>> ready;  ///< groups with ready instances
  std::set<std::pair<Instant, InstanceRef>> pauses;
  std::set<RoleName> declined;  ///< roles with filters of ours that new work must clear
  std::vector<KnownAgent> agents;
  std::vector<Ticket> persisted;
  std::size_t active_jobs = 0;
  std::set<JobId> ended;            ///< oldest ids are forgotten first
  std::map<AheadKey, Ahead> ahead;  ///< not kept: the master asks anew
};

struct BatchTurn {
  Batch& batch;
  Instant now;
  sdk::SchedulerActions& actions;
  std::set<JobId> jobs_changed{};             ///< rows to write
  std::set<JobId> jobs_touched{};             ///< versions to raise
  std::set<InstanceRef> instances_changed{};  ///< rows to write
  std::set<RoleName> demand_changed{};
  std::set<RoleName> new_work{};  ///< roles in which something became ready
  std::vector<sdk::StateWrite> writes{};

  WallTime wall() const { return {batch.options.wall_at_zero.unix_ms + now.ns / 1'000'000}; }
};

/// Rows, versions, demand. Call once at the end of a callback that used the turn.
void finish(BatchTurn& turn, Ticket ticket = {});

// --- lifecycle.cc: phases of instances, groups and jobs ---
Job& job_of(BatchTurn& turn, JobId id);
Instance& instance_of(BatchTurn& turn, const InstanceRef& ref);
/// Marks the instance's row (once it was launched) and its job's version.
void touch(BatchTurn& turn, const InstanceRef& ref);
void move(BatchTurn& turn, const InstanceRef& ref, Phase phase);
void make_ready(BatchTurn& turn, const InstanceRef& ref);
/// Ready again after `pause`.
void pause(BatchTurn& turn, const InstanceRef& ref, Duration pause);
/// Starts groups whose dependencies have finished, cancels those whose never will, and ends the job
/// when nothing is left to do. O(groups² + instances moved).
void settle(BatchTurn& turn, JobId id);
void cancel_rest(BatchTurn& turn, Job& job);
/// Rebuilds everything that is not in the rows.
void recover(BatchTurn& turn, const sdk::Recovered& recovered);

// --- outcome.cc: what a status means ---
void take_status(BatchTurn& turn, const TaskStatus& status);

// --- gangs.cc: groups that run as a whole ---
/// After the instance's status: when it ended without having finished, so do the others of its
/// gang, to be tried again with it or, when it failed for good, not at all.
void settle_gang(BatchTurn& turn, const InstanceRef& ref);
/// After a restart: ends again what was being ended.
void resume_gangs(BatchTurn& turn, JobId id);

// --- reclaims.cc ---
/// Ends what has to be given back: of the lowest priority the youngest.
void give_back(BatchTurn& turn, const ReclaimResources& reclaim);

// --- maintenance.cc: windows that lie ahead ---
/// Accepts those before which everything that runs there has reached its timeout.
void take_inverse_offers(BatchTurn& turn, std::span<const InverseOffer> offers);
void forget_window(BatchTurn& turn, const WindowId& window);
/// The instance was launched: what was accepted of its agent may not be true any more.
void reconsider(BatchTurn& turn, const InstanceRef& ref);

// --- placement.cc: offers and demand ---
void place(BatchTurn& turn, std::span<const Offer> offers);
std::vector<DemandShape> demand_of(const Batch& batch, const RoleName& role);
/// Keeps why the shape's task group fits nowhere, or that it does again.
void note_impossible(BatchTurn& turn, const DemandImpossible& demand);
/// kConflict when no known agent could ever hold one instance of some group.
Status check_placeable(const Batch& batch, const JobSpec& spec);

}  // namespace fairlead::batch

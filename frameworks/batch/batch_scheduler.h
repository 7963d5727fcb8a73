// The batch framework's decisions: which instance runs on which offer, what a status means for its
// job, when to try again. A pure Scheduler of the SDK; the daemon around it only translates HTTP.
// Owned by main, called on the loop's thread.
//
// Placement: jobs by (priority, number), their groups by (priority, order); an offer takes as many
// instances as fit, in that order. The demand tells the master the same list, so that offers come
// one task's worth at a time in everybody's fair order.
// Durability: every change is written in the batch of the callback that made it; what a status
// did to an instance and the SDK's record of that launch are one batch.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frameworks/batch/job_state.h"
#include "frameworks/sdk/scheduler.h"

namespace fairlead::batch {

struct BatchOptions {
  std::vector<RoleName> roles;  ///< at least one; the first is the default of jobs
  WallTime wall_at_zero;        ///< wall time when Instant was 0: for times that people see
};

/// What is known of an agent beside its offers; for refusing jobs that cannot ever be placed.
struct KnownAgent {
  std::string hostname;
  Quantities total;  ///< scalars only: ports and attributes are not judged by it
};

struct Batch;

class BatchScheduler final : public sdk::Scheduler {
 public:
  /// REQUIRES: options.roles is not empty.
  explicit BatchScheduler(BatchOptions options);
  ~BatchScheduler() override;

  /// Of jobs that name none.
  const RoleName& default_role() const;
  /// Takes a job; `ticket` comes back by take_persisted once it is durable. kInvalid: the spec;
  /// kConflict: no known agent is large enough and allow_unplaceable is not set; kExhausted:
  /// kActiveJobsMax. O(instances).
  Result<JobId> submit(Instant now, JobSpec spec, Ticket ticket, sdk::SchedulerActions& actions);
  /// Kills what runs and starts nothing more; the job is over when nothing runs. Idempotent while
  /// it does. kNotFound; kConflict when it is over.
  Status cancel(Instant now, JobId id, Ticket ticket, sdk::SchedulerActions& actions);
  /// Replaces what is known. Empty: nothing is known, every job is taken.
  void set_known_agents(std::vector<KnownAgent> agents);

  const std::map<JobId, Job>& jobs() const;
  const Job* find(JobId id) const;
  /// Grows with every change of any job; Job::version says when each changed last.
  std::uint64_t version() const;
  /// Tickets that became durable since the last call.
  std::vector<Ticket> take_persisted();
  WallTime wall(Instant now) const;

  void on_recovered(Instant now, const sdk::Recovered& recovered,
                    sdk::SchedulerActions& actions) override;
  void on_offers(Instant now, std::span<const Offer> offers,
                 sdk::SchedulerActions& actions) override;
  void on_status(Instant now, const TaskStatus& status, sdk::SchedulerActions& actions) override;
  void on_reclaim(Instant now, const ReclaimResources& reclaim,
                  sdk::SchedulerActions& actions) override;
  void on_demand_impossible(Instant now, const DemandImpossible& demand,
                            sdk::SchedulerActions& actions) override;
  /// Accepts when everything that it runs there has reached its timeout before; ends nothing.
  void on_inverse_offers(Instant now, std::span<const InverseOffer> offers,
                         sdk::SchedulerActions& actions) override;
  void on_inverse_offers_withdrawn(Instant now, const InverseOffersWithdrawn& withdrawn,
                                   sdk::SchedulerActions& actions) override;
  void on_persisted(Instant now, Ticket ticket, sdk::SchedulerActions& actions) override;
  void on_time(Instant now, sdk::SchedulerActions& actions) override;
  Instant next_deadline() const override;

 private:
  std::unique_ptr<Batch> batch_;
};

}  // namespace fairlead::batch

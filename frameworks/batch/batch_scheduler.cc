#include "frameworks/batch/batch_scheduler.h"

#include <algorithm>
#include <utility>

#include "common/check.h"
#include "frameworks/batch/batch_turn.h"
#include "frameworks/sdk/row_codec.h"

namespace fairlead::batch {
namespace {

GroupState blocked_group(std::uint32_t instances) {
  GroupState group;
  group.instances.resize(instances);
  group.counts[static_cast<std::size_t>(Phase::kBlocked)] = instances;
  return group;
}

Error not_mine(const BatchOptions& options, const RoleName& role) {
  std::string roles;
  for (const RoleName& one : options.roles) {
    roles += (roles.empty() ? "" : ", ") + one.text;
  }
  return invalid({.what = "job role",
                  .where = {},
                  .expected = "a role of this framework: " + roles,
                  .got = role.text,
                  .hint = {}});
}

}  // namespace

BatchScheduler::BatchScheduler(BatchOptions options) : batch_(std::make_unique<Batch>()) {
  check(!options.roles.empty(), "a framework has at least one role");
  batch_->options = std::move(options);
}

BatchScheduler::~BatchScheduler() = default;

const RoleName& BatchScheduler::default_role() const {
  return batch_->options.roles.front();
}

Result<JobId> BatchScheduler::submit(Instant now, JobSpec spec, Ticket ticket,
                                     sdk::SchedulerActions& actions) {
  const auto& roles = batch_->options.roles;
  if (spec.role.empty()) {
    spec.role = default_role();
  }
  if (Status valid = validate(spec); !valid.ok()) {
    return valid.error();
  }
  if (std::find(roles.begin(), roles.end(), spec.role) == roles.end()) {
    return not_mine(batch_->options, spec.role);
  }
  if (Status placeable = check_placeable(*batch_, spec); !placeable.ok()) {
    return placeable.error();
  }
  if (batch_->active_jobs >= kActiveJobsMax) {
    return Error{ErrorCode::kExhausted, "job refused: " + std::to_string(kActiveJobsMax) +
                                            " jobs are active; hint: wait, or cancel some"};
  }
  BatchTurn turn{*batch_, now, actions};
  Job job;
  job.spec = std::move(spec);
  if (Status fits = sdk::check_row_size(encode_job(job), "job"); !fits.ok()) {
    return fits.error();
  }
  job.id = {batch_->job_next++};
  job.submitted_at = turn.wall();
  for (const TaskGroup& group : job.spec.tasks) {
    job.groups.push_back(blocked_group(group.instances));
  }
  const JobId id = job.id;
  batch_->jobs[id] = std::move(job);
  batch_->active_jobs += 1;
  turn.jobs_changed.insert(id);
  turn.writes.push_back({kNextKey, encode_number(batch_->job_next)});
  settle(turn, id);
  finish(turn, ticket);
  return id;
}

Status BatchScheduler::cancel(Instant now, JobId id, Ticket ticket,
                              sdk::SchedulerActions& actions) {
  const auto found = batch_->jobs.find(id);
  if (found == batch_->jobs.end()) {
    return Error{ErrorCode::kNotFound, "job " + to_string(id) + " is not known here"};
  }
  Job& job = found->second;
  if (job.is_over()) {
    return Error{ErrorCode::kConflict,
                 "job " + to_string(id) + " is over: " + to_string(job.state)};
  }
  BatchTurn turn{*batch_, now, actions};
  job.cancel_requested = true;
  turn.jobs_changed.insert(id);
  cancel_rest(turn, job);
  settle(turn, id);
  finish(turn, ticket);
  return {};
}

void BatchScheduler::set_known_agents(std::vector<KnownAgent> agents) {
  batch_->agents = std::move(agents);
}

const std::map<JobId, Job>& BatchScheduler::jobs() const {
  return batch_->jobs;
}

const Job* BatchScheduler::find(JobId id) const {
  const auto found = batch_->jobs.find(id);
  return found == batch_->jobs.end() ? nullptr : &found->second;
}

std::uint64_t BatchScheduler::version() const {
  return batch_->version;
}

std::vector<Ticket> BatchScheduler::take_persisted() {
  return std::exchange(batch_->persisted, {});
}

WallTime BatchScheduler::wall(Instant now) const {
  return {batch_->options.wall_at_zero.unix_ms + now.ns / 1'000'000};
}

void BatchScheduler::on_recovered(Instant now, const sdk::Recovered& recovered,
                                  sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  recover(turn, recovered);
  finish(turn);
}

void BatchScheduler::on_offers(Instant now, std::span<const Offer> offers,
                               sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  place(turn, offers);
  finish(turn);
}

void BatchScheduler::on_status(Instant now, const TaskStatus& status,
                               sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  take_status(turn, status);
  finish(turn);
}

void BatchScheduler::on_reclaim(Instant now, const ReclaimResources& reclaim,
                                sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  give_back(turn, reclaim);
  finish(turn);
}

void BatchScheduler::on_demand_impossible(Instant now, const DemandImpossible& demand,
                                          sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  note_impossible(turn, demand);
  finish(turn);
}

void BatchScheduler::on_inverse_offers(Instant now, std::span<const InverseOffer> offers,
                                       sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  take_inverse_offers(turn, offers);
  finish(turn);
}

void BatchScheduler::on_inverse_offers_withdrawn(Instant now,
                                                 const InverseOffersWithdrawn& withdrawn,
                                                 sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  forget_window(turn, withdrawn.window);
  finish(turn);
}

void BatchScheduler::on_persisted(Instant, Ticket ticket, sdk::SchedulerActions&) {
  batch_->persisted.push_back(ticket);
}

void BatchScheduler::on_time(Instant now, sdk::SchedulerActions& actions) {
  BatchTurn turn{*batch_, now, actions};
  while (!batch_->pauses.empty() && batch_->pauses.begin()->first <= now) {
    const InstanceRef ref = batch_->pauses.begin()->second;
    batch_->pauses.erase(batch_->pauses.begin());
    const auto job = batch_->jobs.find(ref.job);
    if (job != batch_->jobs.end() && instance_of(turn, ref).phase == Phase::kPausing) {
      make_ready(turn, ref);
    }
  }
  finish(turn);
}

Instant BatchScheduler::next_deadline() const {
  return batch_->pauses.empty() ? Instant::never() : batch_->pauses.begin()->first;
}

}  // namespace fairlead::batch

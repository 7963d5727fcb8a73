#include "frameworks/sdk/scheduler.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace fairlead::sdk {

void SchedulerActions::set_demand(RoleName role, std::vector<DemandShape> shapes) {
  orders_.emplace_back(SetDemand{.role = std::move(role), .shapes = std::move(shapes)});
}

void SchedulerActions::want(const RoleName& role, const Amounts& amounts, std::size_t count) {
  const auto bounded = std::min<std::size_t>(count, limits::kDemandCountMax);
  set_demand(role, {{.name = role.text,
                     .amounts = amounts,
                     .count = static_cast<std::uint32_t>(bounded),
                     .constraints = {}}});
}

void SchedulerActions::accept(AcceptOffers accept) {
  orders_.emplace_back(std::move(accept));
}

void SchedulerActions::accept_gang(std::vector<AcceptOffers> parts) {
  orders_.emplace_back(AcceptGang{std::move(parts)});
}

void SchedulerActions::operate(AcceptOperations operations) {
  orders_.emplace_back(std::move(operations));
}

void SchedulerActions::launch(OfferId offer, TaskSpec task, std::uint32_t attempt) {
  accept({.offers = {std::move(offer)},
          .launches = {{.spec = std::move(task), .attempt = attempt}},
          .refuse_for = {}});
}

void SchedulerActions::decline(std::vector<OfferId> offers, Duration refuse_for,
                               DeclineReason reason) {
  orders_.emplace_back(
      DeclineOffers{.offers = std::move(offers), .refuse_for = refuse_for, .reason = reason});
}

void SchedulerActions::kill(TaskId task, std::uint32_t attempt, std::optional<Duration> grace) {
  KillTask kill;
  kill.task = std::move(task);
  kill.attempt = attempt;
  kill.grace = grace;
  orders_.emplace_back(std::move(kill));
}

void SchedulerActions::preempt(TaskId task, std::uint32_t attempt) {
  KillTask kill;
  kill.task = std::move(task);
  kill.attempt = attempt;
  kill.reason = TaskReason::kPreempted;
  orders_.emplace_back(std::move(kill));
}

void SchedulerActions::suppress(std::vector<RoleName> roles) {
  orders_.emplace_back(Suppress{.roles = std::move(roles)});
}

void SchedulerActions::revive(std::vector<RoleName> roles) {
  orders_.emplace_back(Revive{.roles = std::move(roles)});
}

void SchedulerActions::reconcile(std::vector<ReconcileEntry> tasks) {
  orders_.emplace_back(Reconcile{.tasks = std::move(tasks)});
}

void SchedulerActions::persist(Ticket ticket, std::vector<StateWrite> writes) {
  orders_.emplace_back(PersistState{.ticket = ticket, .writes = std::move(writes)});
}

void SchedulerActions::answer_inverse_offer(AnswerInverseOffer answer) {
  orders_.emplace_back(std::move(answer));
}

void SchedulerActions::teardown() {
  orders_.emplace_back(Teardown{});
}

void SchedulerActions::stop(StopFramework stop) {
  orders_.emplace_back(std::move(stop));
}

void Scheduler::on_recovered(Instant, const Recovered&, SchedulerActions&) {}
void Scheduler::on_subscribed(Instant, const Subscribed&, SchedulerActions&) {}
void Scheduler::on_disconnected(Instant, const std::string&, SchedulerActions&) {}
void Scheduler::on_offers_rescinded(Instant, std::span<const OfferId>, SchedulerActions&) {}
void Scheduler::on_agent_lost(Instant, const AgentLost&, SchedulerActions&) {}
void Scheduler::on_agent_draining(Instant, const AgentDraining&, SchedulerActions&) {}
void Scheduler::on_reclaim(Instant, const ReclaimResources&, SchedulerActions&) {}
void Scheduler::on_reclaim_ended(Instant, const ReclaimCancelled&, SchedulerActions&) {}
void Scheduler::on_demand_impossible(Instant, const DemandImpossible&, SchedulerActions&) {}
void Scheduler::on_inverse_offers(Instant, std::span<const InverseOffer>, SchedulerActions&) {}
void Scheduler::on_inverse_offers_withdrawn(Instant, const InverseOffersWithdrawn&,
                                            SchedulerActions&) {}
void Scheduler::on_operations(Instant, const OperationsAnswer&, SchedulerActions&) {}
void Scheduler::on_refused(Instant, const FrameworkRefused&, SchedulerActions&) {}
void Scheduler::on_persisted(Instant, Ticket, SchedulerActions&) {}
void Scheduler::on_time(Instant, SchedulerActions&) {}

Instant Scheduler::next_deadline() const {
  return Instant::never();
}

}  // namespace fairlead::sdk

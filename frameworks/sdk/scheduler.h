// The interface that a framework author implements: a handful of callbacks on plain values, and
// the orders that they may give. Everything about subscribing, failing over, acknowledging,
// reconciling and not launching twice is the SDK's (sdk_core.h), not the author's.
// A Scheduler is owned by its main and called by one SdkCore, always on the loop's thread; it
// has no clock (`now` is handed in), no thread and no I/O.
//
// What an author may rely on:
// 1. One callback's state writes and its launches are one atomic, durable batch. Whatever a
// callback
//    orders leaves the process after that batch is durable, in the order in which it was ordered.
// 2. A status is acknowledged after the batch of the callback that saw it is durable; each (task,
//    attempt, update) is delivered once, also across restarts of the framework.
// 3. A launch token is durable before the launch leaves. At most one container ever runs per (task,
//    attempt): a launch that cannot have happened comes back as a kDropped status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/bytes.h"
#include "common/framework_messages.h"

namespace fairlead::sdk {

/// One row of the framework's own durable state. Keys are printable, 1..256 characters.
struct StateRow {
  std::string key;
  Bytes value;
  friend bool operator==(const StateRow&, const StateRow&) = default;
};

struct StateWrite {
  std::string key;
  std::optional<Bytes> value;  ///< nullopt erases
  friend bool operator==(const StateWrite&, const StateWrite&) = default;
};

/// A launch that has not reached a terminal state as far as the SDK knows. Every launch that a row
/// written in the same callback speaks of is among them, or its end was delivered. An empty agent:
/// the SDK refused it, and kDropped follows.
struct LiveLaunch {
  TaskId task;
  std::uint32_t attempt = 0;
  AgentId agent;
  TaskState state = TaskState::kStaging;  ///< last one that was delivered
  friend bool operator==(const LiveLaunch&, const LiveLaunch&) = default;
};

/// What an earlier life of this framework left. Everything is empty at the very first start.
struct Recovered {
  FrameworkId framework;
  std::vector<StateRow> rows;            ///< sorted by key
  std::vector<LiveLaunch> launches;      ///< sorted by (task, attempt); each is reconciled
  std::vector<std::string> quarantined;  ///< own keys whose bytes were damaged
};

struct PersistState {
  Ticket ticket;  ///< the author's own; 0: no on_persisted wanted
  std::vector<StateWrite> writes;
};

/// Ends the process; tasks run on until the framework's failover timeout.
struct StopFramework {
  bool failed = false;  ///< exit with an error
  std::string reason;
};

using Order = std::variant<SetDemand, AcceptOffers, DeclineOffers, Suppress, Revive, KillTask,
                           Reconcile, PersistState, Teardown, StopFramework, AcceptGang,
                           AnswerInverseOffer, AcceptOperations>;

/// Collects what a callback orders. Lives as long as the callback. Every order is O(its size).
class SchedulerActions {
 public:
  /// Replaces the demand of one role: what is wanted beyond what runs and what is being launched.
  /// Kept by the SDK and repeated after every subscribe; an unchanged one costs nothing.
  /// limits::kDemandShapesMax shapes, counts up to limits::kDemandCountMax. Of a shape with a
  /// gang_size so many tasks are offered at once or none, in one on_offers; the count is one of
  /// whole gangs.
  void set_demand(RoleName role, std::vector<DemandShape> shapes);
  /// The whole demand of a role that wants one kind of task: `count` of them, cut at
  /// limits::kDemandCountMax.
  void want(const RoleName& role, const Amounts& amounts, std::size_t count);
  /// Uses offers of one agent and one role. Attempts count up per task from 1; one that repeats is
  /// refused (on_refused, kConflict). Comes back as kDropped: a launch on a gone offer, and one
  /// whose task has an older attempt that may still run. An older attempt that is unreachable does
  /// not hinder: launching then is the policy relaunch_unreachable, and the author kills the old
  /// attempt when it comes back.
  void accept(AcceptOffers accept);
  /// Launches on several agents that run all together or not at all: each part uses offers of one
  /// agent and one role. They hold their resources from now on. Unless every agent has prepared its
  /// tasks, all of them come back as kDropped; once that is decided, they start, and what ends
  /// afterwards ends by itself. At most limits::kLaunchesPerAcceptMax launches in all.
  void accept_gang(std::vector<AcceptOffers> parts);
  /// Reserves, unreserves, makes or destroys volumes of what the offers hold: of one agent, for the
  /// role of the offers, all of it or nothing. on_operations(id) says which, unless the session
  /// ends before. All of the offers returns; what was made comes in a later offer of the role.
  void operate(AcceptOperations operations);
  /// Accepts one offer for one task; what the task does not take returns at once, unfiltered.
  void launch(OfferId offer, TaskSpec task, std::uint32_t attempt);
  /// Gives offers back; nothing like them comes again before `refuse_for` has passed.
  void decline(std::vector<OfferId> offers, Duration refuse_for,
               DeclineReason reason = DeclineReason::kOther);
  /// Repeated by the SDK after each subscribe until the attempt is terminal. attempt 0: whichever
  /// runs. `grace`: SIGTERM to SIGKILL, nullopt = the task's own.
  void kill(TaskId task, std::uint32_t attempt = 0, std::optional<Duration> grace = std::nullopt);
  /// The same for one attempt that ends for a reclaim: its status says PREEMPTED.
  void preempt(TaskId task, std::uint32_t attempt);
  /// No offers for these roles until revive; empty: all.
  void suppress(std::vector<RoleName> roles = {});
  /// Offers again, filters cleared; empty: all.
  void revive(std::vector<RoleName> roles = {});
  /// Asks for the state of these tasks now; the SDK does so by itself after each subscribe and
  /// every 15 minutes. Empty: all tasks.
  void reconcile(std::vector<ReconcileEntry> tasks = {});
  /// Adds writes to this callback's atomic batch; on_persisted(ticket) follows.
  void persist(Ticket ticket, std::vector<StateWrite> writes);
  /// What it says to an inverse offer; replaces what it said before. Not repeated by the SDK: after
  /// each subscription the master asks anew.
  void answer_inverse_offer(AnswerInverseOffer answer);
  /// Kills every task of this framework and ends it for good.
  void teardown();
  void stop(StopFramework stop);

  const std::vector<Order>& orders() const { return orders_; }
  std::vector<Order> take_orders() { return std::move(orders_); }

 private:
  std::vector<Order> orders_;
};

/// REQUIRES in every callback: now >= the now of the one before.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// First call of a life, before anything is sent.
  virtual void on_recovered(Instant now, const Recovered& recovered, SchedulerActions& actions);
  /// The master took the subscription, also after a break or a change of leader. Offers from before
  /// are void; demand, suppressed roles and wanted kills are repeated by the SDK.
  virtual void on_subscribed(Instant now, const Subscribed& subscribed, SchedulerActions& actions);
  /// The link to the master is gone; the SDK is already trying again. Offers held are void.
  virtual void on_disconnected(Instant now, const std::string& reason, SchedulerActions& actions);

  /// New offers. Each one is to be accepted or declined, here or later before it expires.
  virtual void on_offers(Instant now, std::span<const Offer> offers, SchedulerActions& actions) = 0;
  /// Offers that were rescinded, or expired before an answer. Launches on them come as kDropped.
  virtual void on_offers_rescinded(Instant now, std::span<const OfferId> offers,
                                   SchedulerActions& actions);
  virtual void on_status(Instant now, const TaskStatus& status, SchedulerActions& actions) = 0;
  /// Its tasks' states come as statuses; this is for what a framework knows about agents.
  virtual void on_agent_lost(Instant now, const AgentLost& lost, SchedulerActions& actions);
  /// An operator empties the agent, on which it has tasks: move them until the deadline, or let
  /// them end. May be said again.
  virtual void on_agent_draining(Instant now, const AgentDraining& draining,
                                 SchedulerActions& actions);
  /// It has to give back some of what it holds on an agent: preempt tasks of its choice there (see
  /// choose_tasks_to_end in common/reclaim.h), or the master chooses at the deadline. May be said
  /// again, then with what is still missing.
  virtual void on_reclaim(Instant now, const ReclaimResources& reclaim, SchedulerActions& actions);
  /// Nothing more is to be given for it. A leader that is new knows of no reclaims and says
  /// nothing.
  virtual void on_reclaim_ended(Instant now, const ReclaimCancelled& ended,
                                SchedulerActions& actions);
  /// No agent that is present could take a task of the shape; with an empty `why` one could again.
  virtual void on_demand_impossible(Instant now, const DemandImpossible& demand,
                                    SchedulerActions& actions);
  /// Maintenance lies ahead of agents on which it holds something: each of these is to be answered
  /// by answer_inverse_offer, here or later. Said again after each subscription, when a declined
  /// one wanted it, and by every new leader. What is still there when the window begins hears
  /// on_agent_draining, whatever was answered.
  virtual void on_inverse_offers(Instant now, std::span<const InverseOffer> offers,
                                 SchedulerActions& actions);
  /// The window does not take place.
  virtual void on_inverse_offers_withdrawn(Instant now, const InverseOffersWithdrawn& withdrawn,
                                           SchedulerActions& actions);
  /// What became of operate(): durable, or, with `refused`, nothing of it.
  virtual void on_operations(Instant now, const OperationsAnswer& answer,
                             SchedulerActions& actions);
  /// A request was refused, by the master or by the SDK. After a fatal one the SDK stops.
  virtual void on_refused(Instant now, const FrameworkRefused& refused, SchedulerActions& actions);
  virtual void on_persisted(Instant now, Ticket ticket, SchedulerActions& actions);
  /// next_deadline() has passed.
  virtual void on_time(Instant now, SchedulerActions& actions);
  /// When on_time wants to be called; asked after every callback. O(1) expected.
  virtual Instant next_deadline() const;
};

}  // namespace fairlead::sdk

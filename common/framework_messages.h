// What frameworks and the master say to each other. Plain values; schemas/ turns them into bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/agent_messages.h"
#include "common/constraints.h"
#include "common/inverse_offers.h"
#include "common/reclaim.h"
#include "common/resource_operation.h"
#include "common/task.h"

namespace fairlead {

/// What a framework can deal with. It is offered nothing of the kind until it says so.
struct FrameworkCapabilities {
  bool revocable = false;     ///< resources that may be taken back while tasks use them
  bool shared = false;        ///< volumes that others use at the same time
  bool region_aware = false;  ///< agents of another region than the cluster's
  friend bool operator==(const FrameworkCapabilities&, const FrameworkCapabilities&) = default;
};

struct FrameworkInfo {
  FrameworkId id;  ///< empty at the first subscribe
  std::string name;
  Principal principal;  ///< must be the one that its key proves
  std::vector<RoleName> roles;
  Duration failover_timeout;  ///< how long its tasks outlive its absence
  std::string api_address;    ///< host:port of its own HTTP, for the command line; may be empty
  std::string kind;           ///< "batch", "pods", …: how the command line finds it
  std::vector<Label> labels;
  FrameworkCapabilities capabilities;
  friend bool operator==(const FrameworkInfo&, const FrameworkInfo&) = default;
};

/// One kind of task that a framework wants to run, and how many of them now.
struct DemandShape {
  std::string name;  ///< for explain: unique within (framework, role)
  Amounts amounts;  ///< of one task; a ranges resource states how many values by one interval [1-n]
  std::uint32_t count = 0;
  std::vector<Constraint> constraints;
  std::int32_t priority = 0;        ///< higher first, inside the role
  std::uint32_t gang_size = 0;      ///< 0 or 1: tasks are independent
  std::uint32_t per_agent_max = 0;  ///< spread: at most so many per agent and offer round; 0: any
  bool revocable = false;           ///< out of revocable resources, and no others
  std::vector<Constraint> prefer;   ///< agents that satisfy the first come first, and so on
  friend bool operator==(const DemandShape&, const DemandShape&) = default;
};

struct Offer {
  OfferId id;
  FrameworkId framework;
  RoleName role;
  AgentId agent;
  std::string hostname;
  std::string http_address;
  Resources resources;
  Attributes attributes;
  Duration hold_max;  ///< it expires so long after it was sent
  /// The next maintenance of the agent that was known when the offer was made.
  std::optional<Unavailability> unavailability = {};
  friend bool operator==(const Offer&, const Offer&) = default;
};

enum class DeclineReason : std::uint8_t { kNoWork, kTooSmall, kConstraint, kSpread, kOther };

// --- framework to master -------------------------------------------------------------------------

/// The first message of every session. Complete: it replaces roles, demand and suppressed roles.
struct Subscribe {
  FrameworkInfo framework;
  std::vector<RoleName> suppressed;
  std::vector<RoleConstraints> offer_constraints;  ///< of roles that are not named: none
  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

/// Replaces the whole demand of one role. An empty list means: nothing wanted. A role that never
/// had a demand gets whole-agent offers.
struct SetDemand {
  RoleName role;
  std::vector<DemandShape> shapes;
  friend bool operator==(const SetDemand&, const SetDemand&) = default;
};

struct TaskLaunch {
  TaskSpec spec;
  std::uint32_t attempt = 1;
  friend bool operator==(const TaskLaunch&, const TaskLaunch&) = default;
};

/// Uses offers of one agent and one role; what the launches do not take returns with the filter.
struct AcceptOffers {
  std::vector<OfferId> offers;
  std::vector<TaskLaunch> launches;
  Duration refuse_for;  ///< filter for the rest; 0: none
  friend bool operator==(const AcceptOffers&, const AcceptOffers&) = default;
};

struct DeclineOffers {
  std::vector<OfferId> offers;
  Duration refuse_for;
  DeclineReason reason = DeclineReason::kOther;
  friend bool operator==(const DeclineOffers&, const DeclineOffers&) = default;
};

/// No offers for these roles until Revive. Empty: all roles.
struct Suppress {
  std::vector<RoleName> roles;
  friend bool operator==(const Suppress&, const Suppress&) = default;
};

/// Offers again, and clears the roles' filters. Empty: all roles.
struct Revive {
  std::vector<RoleName> roles;
  friend bool operator==(const Revive&, const Revive&) = default;
};

struct ReconcileEntry {
  TaskId task;
  std::uint32_t attempt = 0;
  AgentId agent;
  friend bool operator==(const ReconcileEntry&, const ReconcileEntry&) = default;
};

/// Asks for the state of the listed tasks; of all tasks when the list is empty. Ends with
/// ReconcileDone.
struct Reconcile {
  std::vector<ReconcileEntry> tasks;
  friend bool operator==(const Reconcile&, const Reconcile&) = default;
};

struct FrameworkHeartbeat {
  friend bool operator==(const FrameworkHeartbeat&, const FrameworkHeartbeat&) = default;
};

/// Ends the framework: its tasks are killed and its id is never accepted again.
struct Teardown {
  friend bool operator==(const Teardown&, const Teardown&) = default;
};

/// Launches on several agents that run all together or not at all: each part is of one agent and
/// one role. When one of them cannot run, all launches come back as TASK_DROPPED.
struct AcceptGang {
  std::vector<AcceptOffers> parts;
  friend bool operator==(const AcceptGang&, const AcceptGang&) = default;
};

/// Uses offers of one agent and one role for operations on what they hold, in their order, all of
/// them or none, for that role alone. Nothing is launched: all of the offers returns, and what was
/// made is offered to the role anew. Answered by OperationsAnswer, once.
struct AcceptOperations {
  std::string id;  ///< the framework's own, in the answer again
  std::vector<OfferId> offers;
  std::vector<ResourceOperation> operations;
  friend bool operator==(const AcceptOperations&, const AcceptOperations&) = default;
};

using FrameworkToMaster =
    std::variant<Subscribe, SetDemand, AcceptOffers, DeclineOffers, Suppress, Revive, KillTask,
                 AcknowledgeStatus, Reconcile, FrameworkHeartbeat, Teardown, AcceptGang,
                 AnswerInverseOffer, AcceptOperations>;

// --- master to framework -------------------------------------------------------------------------

/// Also said without being asked, when there are many more or fewer frameworks than at the last
/// one.
struct Subscribed {
  FrameworkId framework;
  ClusterId cluster;
  Epoch epoch;
  Duration heartbeat_every;
  std::uint64_t frameworks = 0;  ///< that the master knows, connected or not; 0: it does not say
  friend bool operator==(const Subscribed&, const Subscribed&) = default;
};

struct Offers {
  std::vector<Offer> offers;
  friend bool operator==(const Offers&, const Offers&) = default;
};

struct Rescind {
  std::vector<OfferId> offers;
  std::string reason;
  friend bool operator==(const Rescind&, const Rescind&) = default;
};

struct FrameworkStatusUpdate {
  TaskStatus status;
  friend bool operator==(const FrameworkStatusUpdate&, const FrameworkStatusUpdate&) = default;
};

/// The agent is unreachable or gone; its tasks' states come as status updates.
struct AgentLost {
  AgentId agent;
  std::string hostname;
  std::string reason;
  friend bool operator==(const AgentLost&, const AgentLost&) = default;
};

/// An operator empties the agent: tasks that have not ended by then are killed. Said to frameworks
/// that have tasks there, again after each subscription and after each return of the agent.
struct AgentDraining {
  AgentId agent;
  std::string hostname;
  Duration deadline;  ///< from now on
  friend bool operator==(const AgentDraining&, const AgentDraining&) = default;
};

/// Until the deadline the framework gives back so much of what it holds in that role on that agent:
/// it chooses which of its tasks there it ends, and says with the kill that they are preempted. At
/// the deadline the master chooses. Said again after each subscription.
struct ReclaimResources {
  ReclaimId reclaim;
  ReclaimKind kind = ReclaimKind::kGuarantee;
  RoleName role;
  AgentId agent;
  std::string hostname;
  ReclaimNeed need;           ///< ending more than `most` would take its role below a guarantee
  std::int32_t priority = 0;  ///< with kPriority: only tasks of a lower one
  Duration deadline;          ///< from now on
  RoleName beneficiary;       ///< in which role somebody needs it
  std::string shape;          ///< and for what
  friend bool operator==(const ReclaimResources&, const ReclaimResources&) = default;
};

/// Nothing is to be given any more: there is room, or nobody needs it.
struct ReclaimCancelled {
  ReclaimId reclaim;
  std::string reason;
  friend bool operator==(const ReclaimCancelled&, const ReclaimCancelled&) = default;
};

struct ReconcileDone {
  friend bool operator==(const ReconcileDone&, const ReconcileDone&) = default;
};

/// A request was refused. `fatal`: the subscription has ended and must not be repeated as it was.
struct FrameworkRefused {
  Error error;
  bool fatal = false;
  friend bool operator==(const FrameworkRefused&, const FrameworkRefused&) = default;
};

/// Something was lost on the way: subscribe again.
struct FrameworkResync {
  std::string reason;
  friend bool operator==(const FrameworkResync&, const FrameworkResync&) = default;
};

/// No agent that is present could take a task of the shape, or all of them a gang, if all were
/// free. Said when demand or agents have changed, once; again, with an empty `why`, when they
/// could.
struct DemandImpossible {
  RoleName role;
  std::string shape;
  std::string why;
  friend bool operator==(const DemandImpossible&, const DemandImpossible&) = default;
};

/// The operations are done and durable, or none of them is. Not repeated: what a framework that was
/// not connected then wants to know, it learns from the next offers.
struct OperationsAnswer {
  std::string id;       ///< of AcceptOperations
  AgentId agent;        ///< empty when its offers were gone
  std::string refused;  ///< why not; empty: done
  friend bool operator==(const OperationsAnswer&, const OperationsAnswer&) = default;
};

using MasterToFramework =
    std::variant<Subscribed, Offers, Rescind, FrameworkStatusUpdate, AgentLost, ReconcileDone,
                 FrameworkRefused, FrameworkResync, HeartbeatEcho, AgentDraining, ReclaimResources,
                 ReclaimCancelled, DemandImpossible, InverseOffers, InverseOffersWithdrawn,
                 OperationsAnswer>;

}  // namespace fairlead

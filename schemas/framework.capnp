# What frameworks and the master say to each other. Union members as in agent.capnp.
@0xb250ae941d34d37e;
using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
using Task = import "task.capnp";
$Cxx.namespace("fairlead::wire");

# Only what is true is said: an older reader leaves it out.
struct FrameworkCapabilities {
  revocable @0 :Bool;
  shared @1 :Bool;
  regionAware @2 :Bool;
}

struct FrameworkInfo {
  id @0 :Text;  # empty at the first subscribe
  name @1 :Text;
  principal @2 :Text;
  roles @3 :List(Text);
  failoverTimeoutNs @4 :Int64;
  apiAddress @5 :Text;
  kind @6 :Text;
  labels @7 :List(Common.Label);
  capabilities @8 :FrameworkCapabilities;
}

struct ConstraintGroup {
  constraints @0 :List(Common.Constraint);
}

# One of the groups holds whole.
struct RoleConstraints {
  role @0 :Text;
  groups @1 :List(ConstraintGroup);
}

struct Subscribe {
  framework @0 :FrameworkInfo;
  suppressed @1 :List(Text);
  offerConstraints @2 :List(RoleConstraints);
}

struct DemandShape {
  name @0 :Text;
  amounts @1 :Common.Amounts;
  count @2 :UInt32;
  priority @3 :Int32;
  gangSize @4 :UInt32;
  perAgentMax @5 :UInt32;
  constraints @6 :List(Common.Constraint);
  revocable @7 :Bool;
  prefer @8 :List(Common.Constraint);
}

struct SetDemand {
  role @0 :Text;
  shapes @1 :List(DemandShape);
}

struct TaskLaunch {
  spec @0 :Task.TaskSpec;
  attempt @1 :UInt32;
}

struct AcceptOffers {
  offers @0 :List(UInt64);
  launches @1 :List(TaskLaunch);
  refuseForNs @2 :Int64;
}

struct AcceptGang {
  parts @0 :List(AcceptOffers);
}

struct ReserveOperation {
  amounts @0 :Common.Amounts;
  role @1 :Text;
  from @2 :Text;  # empty: what is nobody's
}

struct UnreserveOperation {
  amounts @0 :Common.Amounts;
  role @1 :Text;
}

struct CreateVolumeOperation {
  role @0 :Text;
  volume @1 :Common.Volume;
  diskKib @2 :Int64;
  shared @3 :Bool;
}

struct DestroyVolumeOperation {
  role @0 :Text;
  id @1 :Text;
}

# An unknown member is refused: half of what was asked for would be done.
struct ResourceOperation {
  union {
    nothing @0 :Void;
    reserve @1 :ReserveOperation;
    unreserve @2 :UnreserveOperation;
    createVolume @3 :CreateVolumeOperation;
    destroyVolume @4 :DestroyVolumeOperation;
  }
}

struct AcceptOperations {
  id @0 :Text;
  offers @1 :List(UInt64);
  operations @2 :List(ResourceOperation);
}

# Numbers are for good; an unknown one reads as `other`.
enum DeclineReason {
  noWork @0;
  tooSmall @1;
  constraint @2;
  spread @3;
  other @4;
}

struct DeclineOffers {
  offers @0 :List(UInt64);
  refuseForNs @1 :Int64;
  reason @2 :DeclineReason;
}

# Empty: all roles.
struct RoleList {
  roles @0 :List(Text);
}

struct ReconcileEntry {
  task @0 :Text;
  attempt @1 :UInt32;
  agent @2 :Text;
}

struct Reconcile {
  tasks @0 :List(ReconcileEntry);
}

# Replaces the answer before it.
struct AnswerInverseOffer {
  window @0 :Text;
  agent @1 :Text;
  accepts @2 :Bool;
  reason @3 :Text;
  askAgainNs @4 :Int64;  # 0: never
}

struct FrameworkToMaster {
  header @0 :Common.Header;
  messages @1 :List(Message);

  struct Message {
    union {
      nothing @0 :Void;
      subscribe @1 :Subscribe;
      setDemand @2 :SetDemand;
      accept @3 :AcceptOffers;
      decline @4 :DeclineOffers;
      suppress @5 :RoleList;
      revive @6 :RoleList;
      kill @7 :Task.KillTask;
      acknowledge @8 :Task.AcknowledgeStatus;
      reconcile @9 :Reconcile;
      heartbeat @10 :Void;
      teardown @11 :Void;
      acceptGang @12 :AcceptGang;
      answerInverseOffer @13 :AnswerInverseOffer;
      acceptOperations @14 :AcceptOperations;
    }
  }
}

struct Subscribed {
  framework @0 :Text;
  cluster @1 :Text;
  epoch @2 :UInt64;
  heartbeatEveryNs @3 :Int64;
  frameworks @4 :UInt64;  # 0: not said
}

# Maintenance of an agent.
struct Unavailability {
  beginsInNs @0 :Int64;  # from now on
  lengthNs @1 :Int64;
}

struct Offer {
  id @0 :UInt64;
  framework @1 :Text;
  role @2 :Text;
  agent @3 :Text;
  hostname @4 :Text;
  httpAddress @5 :Text;
  resources @6 :Common.Resources;
  attributes @7 :List(Common.Attribute);
  holdMaxNs @8 :Int64;
  unavailability @9 :Unavailability;  # none: nothing is planned
}

struct Offers {
  offers @0 :List(Offer);
}

struct Rescind {
  offers @0 :List(UInt64);
  reason @1 :Text;
}

struct AgentLost {
  agent @0 :Text;
  hostname @1 :Text;
  reason @2 :Text;
}

struct AgentDraining {
  agent @0 :Text;
  hostname @1 :Text;
  deadlineNs @2 :Int64;  # from now on
}

# Numbers are for good; an unknown one reads as `guarantee`.
enum ReclaimKind {
  guarantee @0;
  priority @1;
  fairness @2;
}

struct ReclaimResources {
  reclaim @0 :UInt64;
  kind @1 :ReclaimKind;
  priority @2 :Int32;
  role @3 :Text;
  agent @4 :Text;
  hostname @5 :Text;
  lacking @6 :Common.Amounts;
  most @7 :Common.Amounts;
  deadlineNs @8 :Int64;  # from now on
  beneficiary @9 :Text;  # a role
  shape @10 :Text;
}

struct ReclaimCancelled {
  reclaim @0 :UInt64;
  reason @1 :Text;
}

struct DemandImpossible {
  role @0 :Text;
  shape @1 :Text;
  why @2 :Text;  # empty: it is possible again
}

struct InverseOffer {
  window @0 :Text;
  agent @1 :Text;
  hostname @2 :Text;
  unavailability @3 :Unavailability;
  stayMaxNs @4 :Int64;  # after the begin
  reason @5 :Text;
}

struct InverseOffersWithdrawn {
  window @0 :Text;
  reason @1 :Text;
}

struct OperationsAnswer {
  id @0 :Text;
  agent @1 :Text;
  refused @2 :Text;  # empty: done
}

struct FrameworkRefused {
  error @0 :Common.Error;
  fatal @1 :Bool;
}

struct MasterToFramework {
  header @0 :Common.Header;
  messages @1 :List(Message);

  struct Message {
    union {
      nothing @0 :Void;
      subscribed @1 :Subscribed;
      offers @2 :Offers;
      rescind @3 :Rescind;
      statusUpdate @4 :Task.TaskStatus;
      agentLost @5 :AgentLost;
      reconcileDone @6 :Void;
      refused @7 :FrameworkRefused;
      resync @8 :Text;  # the reason
      heartbeatEcho @9 :Void;
      agentDraining @10 :AgentDraining;
      reclaim @11 :ReclaimResources;
      reclaimCancelled @12 :ReclaimCancelled;
      demandImpossible @13 :DemandImpossible;
      inverseOffers @14 :List(InverseOffer);
      inverseOffersWithdrawn @15 :InverseOffersWithdrawn;
      operationsAnswer @16 :OperationsAnswer;
    }
  }
}

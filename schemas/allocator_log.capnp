# The log of an allocator's input, for `fairlead-sim replay-log`. A file begins with a mark; then
# come records, each framed with its length and checksum (allocator_log.h). An unknown member is
# refused: decisions cannot be taken again without all that led to them.
@0xd997ae51c901be0a;
using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
using Framework = import "framework.capnp";
using Registry = import "registry.capnp";
$Cxx.namespace("fairlead::wire");

struct AllocatorSetting {
  name @0 :Text;
  value @1 :Text;
}

struct AllocatorLogStart {
  version @0 :UInt32;
  program @1 :Text;
  cluster @2 :Text;
  epoch @3 :UInt64;
  wallUnixMs @4 :Int64;
  offerHoldNs @5 :Int64;
  settings @6 :List(AllocatorSetting);
}

struct AllocatorLogStep {
  atNs @0 :Int64;
  actions @1 :UInt32;
  hash @2 :UInt64;
  event @3 :AllocatorEvent;
}

struct AllocatorLogRecord {
  union {
    nothing @0 :Void;
    start @1 :AllocatorLogStart;
    step @2 :AllocatorLogStep;
  }
}

# --- events --------------------------------------------------------------------------------------
# Agents and frameworks are the numbers that the master gave them.

struct Holding {
  framework @0 :UInt32;
  role @1 :Text;
  resources @2 :Common.Resources;
  priority @3 :Int32;
}

struct HeldPriority {
  priority @0 :Int32;
  amounts @1 :Common.Amounts;
}

struct RoleMinimum {
  role @0 :Text;
  anyOf @1 :List(Common.Amounts);
}

struct AgentAdded {
  agent @0 :UInt32;
  id @1 :Text;
  hostname @2 :Text;
  httpAddress @3 :Text;
  total @4 :Common.Resources;
  attributes @5 :List(Common.Attribute);
  holdings @6 :List(Holding);
  offersPaused @7 :Bool;
}

struct AgentChanged {
  agent @0 :UInt32;
  total @1 :Common.Resources;
  attributes @2 :List(Common.Attribute);
}

struct AgentPaused {
  agent @0 :UInt32;
  why @1 :Text;
}

# What may change about a framework while it is there.
struct FrameworkTraits {
  roles @0 :List(Text);
  suppressed @1 :List(Text);
  minimums @2 :List(RoleMinimum);  # sorted by role
  capabilities @3 :Framework.FrameworkCapabilities;
  offerConstraints @4 :List(Framework.RoleConstraints);
}

struct FrameworkAdded {
  framework @0 :UInt32;
  id @1 :Text;
  active @2 :Bool;
  traits @3 :FrameworkTraits;
}

struct FrameworkChanged {
  framework @0 :UInt32;
  traits @1 :FrameworkTraits;
}

struct FrameworkActivated {
  framework @0 :UInt32;
  active @1 :Bool;
}

struct DemandSet {
  framework @0 :UInt32;
  role @1 :Text;
  shapes @2 :List(Framework.DemandShape);
}

struct OfferResolved {
  offer @0 :UInt64;
  used @1 :Common.Resources;
  refuseForNs @2 :Int64;  # may be negative
  declined @3 :Bool;
  priorities @4 :List(HeldPriority);
  expired @5 :Bool;
}

struct HoldingFreed {
  agent @0 :UInt32;
  holding @1 :Holding;
}

struct RolesOfFramework {
  framework @0 :UInt32;
  roles @1 :List(Text);
}

struct QuotaSet {
  quota @0 :Registry.QuotaRecord;
  moreFollow @1 :Bool;
}

struct WhitelistSet {
  all @0 :Bool;  # every host makes offers
  hostnames @1 :List(Text);
}

struct AllocatorEvent {
  union {
    nothing @0 :Void;
    agentAdded @1 :AgentAdded;
    agentChanged @2 :AgentChanged;
    agentRemoved @3 :UInt32;
    agentPaused @4 :AgentPaused;
    agentResumed @5 :UInt32;
    frameworkAdded @6 :FrameworkAdded;
    frameworkChanged @7 :FrameworkChanged;
    frameworkActivated @8 :FrameworkActivated;
    frameworkRemoved @9 :UInt32;
    demandSet @10 :DemandSet;
    offerResolved @11 :OfferResolved;
    holdingFreed @12 :HoldingFreed;
    rolesSuppressed @13 :RolesOfFramework;
    rolesRevived @14 :RolesOfFramework;
    weightSet @15 :Registry.WeightRecord;
    quotaSet @16 :QuotaSet;
    timePassed @17 :Void;
    whitelistSet @18 :WhitelistSet;
    agentsAwaited @19 :Bool;
  }
}

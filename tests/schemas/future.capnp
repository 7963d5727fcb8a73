# The next version of some schemas, and an earlier one where it says so, to prove that today's
# decoders get along with them: fields and members are added at the end, nothing else changes.
@0xf1a7c3b2d4e59687;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("fairlead::future");

struct Header {
  protocol @0 :UInt16;
  direction @1 :UInt16;
  epoch @2 :UInt64;
  session @3 :UInt64;
  sequence @4 :UInt64;
  leaseNs @5 :Int64;
  cluster @6 :Text;
  peer @7 :Text;
  compression @8 :UInt64;
  region @9 :Text;
}

struct TaskStatus {
  attempt @0 :UInt32;
  state @1 :UInt16;  # an enum's place, open to numbers that do not exist yet
  reason @2 :UInt16;
  source @3 :UInt16;
  exitKind @4 :UInt8;
  exitNumber @5 :Int32;
  update @6 :UInt64;
  atUnixMs @7 :Int64;
  framework @8 :Text;
  task @9 :Text;
  agent @10 :Text;
  message @11 :Text;
  containerPath @12 :Text;
  usage @13 :AnyPointer;
  health @14 :Text;
}

struct Checkpoint {
  image @0 :Text;
}

struct AgentToMaster {
  header @0 :Header;
  messages @1 :List(Message);
  trailer @2 :Text;

  struct Message {
    union {
      nothing @0 :Void;
      register @1 :AnyPointer;
      epochAcknowledged @2 :UInt64;
      heartbeat @3 :AnyPointer;
      statusUpdate @4 :TaskStatus;
      goodbye @5 :Void;
      registerPart @6 :AnyPointer;
      taskPrepared @7 :AnyPointer;
      gangSettled @8 :AnyPointer;
      volumeDestroyed @9 :AnyPointer;
      checkpointed @10 :Checkpoint;
    }
    traceId @11 :UInt64;
  }
}

# What masters said before a welcome told how large the cluster is.
struct PastMasterToAgent {
  header @0 :Header;
  messages @1 :List(Message);

  struct Message {
    union {
      nothing @0 :Void;
      welcome @1 :PastAgentWelcome;
      refused @2 :PastError;
    }
  }
}

struct PastError {
  code @0 :UInt16;
  message @1 :Text;
}

struct PastAgentWelcome {
  agent @0 :Text;
  cluster @1 :Text;
  epoch @2 :UInt64;
  heartbeatEveryNs @3 :Int64;
  unreachableAfterNs @4 :Int64;
}

# What frameworks said before they told what they can take and ask of agents.
struct PastFrameworkToMaster {
  header @0 :Header;
  messages @1 :List(Message);

  struct Message {
    union {
      nothing @0 :Void;
      subscribe @1 :PastSubscribe;
      setDemand @2 :AnyPointer;
    }
  }
}

struct PastSubscribe {
  framework @0 :PastFrameworkInfo;
  suppressed @1 :List(Text);
}

struct PastFrameworkInfo {
  id @0 :Text;
  name @1 :Text;
}

# What agents wrote before the session was kept.
struct PastCheckpointRecord {
  union {
    nothing @0 :Void;
    identity @1 :PastIdentityRecord;
    task @2 :AnyPointer;
  }
}

struct PastIdentityRecord {
  version @0 :UInt32;
  agent @1 :Text;
  cluster @2 :Text;
  epochSeen @3 :UInt64;
  bootId @4 :Text;
}

struct RegistryRecord {
  union {
    nothing @0 :Void;
    cluster @1 :ClusterRecord;
    agent @2 :AnyPointer;
    framework @3 :AnyPointer;
    weight @4 :AnyPointer;
    drain @5 :AnyPointer;
    window @6 :AnyPointer;
    quota @7 :AnyPointer;
    gang @8 :AnyPointer;
    reservations @9 :AnyPointer;
    invention @10 :Text;
  }
}

struct ClusterRecord {
  version @0 :UInt32;
  cluster @1 :Text;
  epoch @2 :UInt64;
}

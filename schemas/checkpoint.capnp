# An agent's durable state, one record per key. Unknown members and enum numbers are refused.
@0xe086abdd13740403;
using Cxx = import "/capnp/c++.capnp";
using Task = import "task.capnp";
$Cxx.namespace("fairlead::wire");

struct IdentityRecord {
  version @0 :UInt32;
  agent @1 :Text;
  cluster @2 :Text;
  epochSeen @3 :UInt64;
  bootId @4 :Text;
  session @5 :UInt64;  # 0: written before it was kept
}

enum LaunchPhase {
  accepted @0;
  started @1;
  exited @2;
  prepared @3;
}

struct TaskRecord {
  launch @0 :Task.LaunchTask;
  masterSession @1 :UInt64;
  epoch @2 :UInt64;
  container @3 :Text;
  phase @4 :LaunchPhase;
  killReason @5 :Task.TaskReason;
  killRequested @6 :Bool;
  shimPid @7 :Int32;
  shimStartTicks @8 :UInt64;
  updateNext @9 :UInt64;
  unacknowledged @10 :List(Task.TaskStatus);  # oldest first
  latest @11 :Task.TaskStatus;                # null: none yet
  gang @12 :Text;                             # empty: none
}

struct CheckpointRecord {
  union {
    nothing @0 :Void;
    identity @1 :IdentityRecord;
    task @2 :TaskRecord;
  }
}

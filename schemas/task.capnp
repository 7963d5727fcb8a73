# Tasks: what to run, what became of it, and the orders that both agents and frameworks know.
@0xde642df8012f29e6;
using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("fairlead::wire");

# Numbers are for good; an unknown one reads as `unknown`.
enum TaskState {
  staging @0;
  starting @1;
  running @2;
  killing @3;
  finished @4;
  failed @5;
  killed @6;
  error @7;
  dropped @8;
  unreachable @9;
  gone @10;
  goneByOperator @11;
  unknown @12;
}

# Numbers are for good; an unknown one reads as `none`.
enum TaskReason {
  none @0;
  commandFailed @1;
  launchFailed @2;
  memoryLimit @3;
  diskLimit @4;
  durationLimit @5;
  killedByFramework @6;
  killedByOperator @7;
  frameworkRemoved @8;
  taskInvalid @9;
  taskUnauthorized @10;
  invalidOffers @11;
  agentUnknown @12;
  agentUnreachable @13;
  agentReregistered @14;
  agentRestarted @15;
  agentDraining @16;
  agentGone @17;
  staleLaunch @18;
  agentOverloaded @19;
  statusLost @20;
  reconciliation @21;
  preempted @22;
  gangAborted @23;
}

enum StatusSource {
  master @0;
  agent @1;
}

struct LaunchToken {
  framework @0 :Text;
  task @1 :Text;
  attempt @2 :UInt32;
  agent @3 :Text;
}

struct ResourceUsage {
  cpuNs @0 :Int64;
  memoryBytes @1 :Int64;
  memoryPeakBytes @2 :Int64;
  pids @3 :Int64;
  throttledNs @4 :Int64;
}

struct TaskStatus {
  attempt @0 :UInt32;
  state @1 :TaskState;
  reason @2 :TaskReason;
  source @3 :StatusSource;
  exitKind @4 :UInt8;  # 0 no exit, 1 exit code, 2 signal, 3 an exit of which neither is known
  exitNumber @5 :Int32;
  update @6 :UInt64;
  atUnixMs @7 :Int64;
  framework @8 :Text;
  task @9 :Text;
  agent @10 :Text;
  message @11 :Text;
  containerPath @12 :Text;
  usage @13 :ResourceUsage;  # null: not known
}

struct EnvironmentVariable {
  name @0 :Text;
  value @1 :Text;
}

struct ResourceLimit {
  name @0 :Text;
  soft @1 :UInt64;
  hard @2 :UInt64;
}

struct Command {
  argv @0 :List(Text);
  environment @1 :List(EnvironmentVariable);
  user @2 :Text;
  workingDirectory @3 :Text;
}

struct TaskLimits {
  hasCpu @0 :Bool;
  hasMemory @1 :Bool;
  hasPids @2 :Bool;
  cpuMilli @3 :Int64;
  memoryKib @4 :Int64;
  pids @5 :Int64;
  rlimits @6 :List(ResourceLimit);
}

struct TaskSpec {
  id @0 :Text;
  name @1 :Text;
  command @2 :Command;
  resources @3 :Common.Resources;
  limits @4 :TaskLimits;  # null: no limit is set
  killGraceNs @5 :Int64;
  durationMaxNs @6 :Int64;  # 0: none
  labels @7 :List(Common.Label);
  priority @8 :Int32;
}

struct LaunchTask {
  token @0 :LaunchToken;
  role @1 :Text;
  frameworkName @2 :Text;
  spec @3 :TaskSpec;
}

struct KillTask {
  framework @0 :Text;
  task @1 :Text;
  attempt @2 :UInt32;  # 0: whichever runs
  reason @3 :TaskReason;
  hasGrace @4 :Bool;
  graceNs @5 :Int64;
}

struct AcknowledgeStatus {
  framework @0 :Text;
  task @1 :Text;
  attempt @2 :UInt32;
  agent @3 :Text;
  update @4 :UInt64;
}

# What agents and the master say to each other. In each union member 0 is never sent, so that an
# element without content is skipped; unknown members are skipped and counted.
@0x9c9ed71a1cc582e1;
using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
using Task = import "task.capnp";
$Cxx.namespace("fairlead::wire");

struct AgentInfo {
  id @0 :Text;
  hostname @1 :Text;
  httpAddress @2 :Text;
  total @3 :Common.Resources;
  attributes @4 :List(Common.Attribute);
  version @5 :Text;
}

struct TaskReport {
  status @0 :Task.TaskStatus;
  token @1 :Task.LaunchToken;  # null: the one that the status names
  name @2 :Text;
  role @3 :Text;
  resources @4 :Common.Resources;
  priority @5 :Int32;
}

struct RegisterAgent {
  agent @0 :AgentInfo;
  epochSeen @1 :UInt64;
  tasks @2 :List(TaskReport);
}

# A registration in several messages of one session.
struct RegisterAgentPart {
  part @0 :UInt32;  # from 1
  parts @1 :UInt32;
  content @2 :RegisterAgent;
}

struct AgentHeartbeat {
  refusesLaunches @0 :Bool;
  whyNot @1 :Text;
}

struct TaskPrepared {
  gang @0 :Text;
  framework @1 :Text;
  task @2 :Text;
  attempt @3 :UInt32;
}

struct GangSettled {
  framework @0 :Text;
  gang @1 :Text;
}

struct VolumeDestroyed {
  volume @0 :Common.VolumeName;
  whyNot @1 :Text;  # empty: it is destroyed
}

struct AgentToMaster {
  header @0 :Common.Header;
  messages @1 :List(Message);

  struct Message {
    union {
      nothing @0 :Void;
      register @1 :RegisterAgent;
      epochAcknowledged @2 :UInt64;
      heartbeat @3 :AgentHeartbeat;
      statusUpdate @4 :Task.TaskStatus;
      goodbye @5 :Void;
      registerPart @6 :RegisterAgentPart;
      taskPrepared @7 :TaskPrepared;
      gangSettled @8 :GangSettled;
      volumeDestroyed @9 :VolumeDestroyed;
    }
  }
}

struct AgentWelcome {
  agent @0 :Text;
  cluster @1 :Text;
  epoch @2 :UInt64;
  heartbeatEveryNs @3 :Int64;
  unreachableAfterNs @4 :Int64;
  agents @5 :UInt64;  # 0: not said
  tasks @6 :UInt64;
}

struct PrepareTask {
  gang @0 :Text;
  launch @1 :Task.LaunchTask;
}

struct DecideGang {
  framework @0 :Text;
  gang @1 :Text;
  commit @2 :Bool;
  why @3 :Text;
}

# A Common.Error, which it was before `gone`; denied was said of gone agents alone then.
struct AgentRefused {
  code @0 :Common.ErrorCode;
  message @1 :Text;
  gone @2 :Bool;
}

struct MasterToAgent {
  header @0 :Common.Header;
  messages @1 :List(Message);

  struct Message {
    union {
      nothing @0 :Void;
      welcome @1 :AgentWelcome;
      refused @2 :AgentRefused;
      resync @3 :Text;  # the reason
      heartbeatEcho @4 :Void;
      launch @5 :Task.LaunchTask;
      kill @6 :Task.KillTask;
      acknowledge @7 :Task.AcknowledgeStatus;
      frameworkRemoved @8 :Text;  # its id
      prepare @9 :PrepareTask;
      decideGang @10 :DecideGang;
      destroyVolume @11 :Common.VolumeName;
    }
  }
}

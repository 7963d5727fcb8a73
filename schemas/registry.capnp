# The master's durable state, one record per key. An unknown member or enum number is refused:
# a leader must not act on state that it does not understand.
@0xbb6f0c2da3f12844;
using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
using Framework = import "framework.capnp";
$Cxx.namespace("fairlead::wire");

struct ClusterRecord {
  version @0 :UInt32;
  cluster @1 :Text;
  epoch @2 :UInt64;
}

enum AgentStanding {
  admitted @0;
  unreachable @1;
  gone @2;
}

struct AgentRecord {
  id @0 :Text;
  hostname @1 :Text;
  principal @2 :Text;
  standing @3 :AgentStanding;
  deactivated @4 :Bool;
  sinceUnixMs @5 :Int64;
}

struct FrameworkRecord {
  info @0 :Framework.FrameworkInfo;
  removed @1 :Bool;
}

struct WeightRecord {
  role @0 :Text;
  weightMilli @1 :Int64;  # thousandths
}

struct DrainRecord {
  agent @0 :Text;
  startedUnixMs @1 :Int64;
  deadlineNs @2 :Int64;  # after the start
  hasGrace @3 :Bool;
  graceNs @4 :Int64;
  markGone @5 :Bool;
  drainedUnixMs @6 :Int64;  # 0: not yet
  window @7 :Text;  # that ends it; empty: by hand
}

struct WindowRecord {
  id @0 :Text;
  agents @1 :List(Text);  # ascending
  startUnixMs @2 :Int64;
  durationNs @3 :Int64;
  deadlineNs @4 :Int64;  # after the start
  hasGrace @5 :Bool;
  graceNs @6 :Int64;
  hasBegun @7 :Bool;
}

# Base units of cpus, mem, disk and gpus, in this order.
struct QuotaRecord {
  role @0 :Text;
  guarantees @1 :List(Int64);
  limits @2 :List(Int64);  # -1: none
}

struct GangRecord {
  id @0 :Text;
  framework @1 :Text;
  agents @2 :List(Text);  # ascending
}

struct ReservationsRecord {
  agent @0 :Text;
  converted @1 :Common.Resources;
  destroying @2 :List(Common.VolumeName);
}

struct RegistryRecord {
  union {
    nothing @0 :Void;
    cluster @1 :ClusterRecord;
    agent @2 :AgentRecord;
    framework @3 :FrameworkRecord;
    weight @4 :WeightRecord;
    drain @5 :DrainRecord;
    window @6 :WindowRecord;
    quota @7 :QuotaRecord;
    gang @8 :GangRecord;
    reservations @9 :ReservationsRecord;
  }
}

# The first and the last line of an export. Its other lines are records.
struct RegistryTextHeader {
  format @0 :Text;
  version @1 :UInt32;
  registryVersion @2 :UInt32;
  cluster @3 :Text;
  epoch @4 :UInt64;
  head @5 :UInt64;
  records @6 :UInt64;
}

struct RegistryTextEnd {
  crc32c @0 :Text;  # eight hex digits, over all bytes before this line
}

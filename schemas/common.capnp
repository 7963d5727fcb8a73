# Values that every other schema uses. Rules that keep versions n and n+1 talking: field numbers
# never change or get reused; new fields take the next number and their zero means "as before";
# a new enum or union member needs an answer in the codec for a reader that does not know it.
@0xa5a256c75d3a22d6;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("fairlead::wire");

# --- envelope ------------------------------------------------------------------------------------

struct Header {
  protocol @0 :UInt16;
  direction @1 :UInt16;  # 1 agent to master, 2 master to agent, 3 framework to master,
                         # 4 master to framework
  epoch @2 :UInt64;
  session @3 :UInt64;
  sequence @4 :UInt64;  # 1, 2, … within (sender, session)
  leaseNs @5 :Int64;    # CLOCK_BOOTTIME of the sender; 0: none
  cluster @6 :Text;
  peer @7 :Text;
  answers @8 :UInt64;  # master only: session of the peer that it speaks to; 0: outside of every one
}

# What the four envelopes have in common: enough to answer a peer of another version.
struct AnyEnvelope {
  header @0 :Header;
}

# Numbers are for good; an unknown one reads as `invalid`.
enum ErrorCode {
  invalid @0;
  notFound @1;
  denied @2;
  conflict @3;
  exhausted @4;
  unavailable @5;
  timedOut @6;
  corrupt @7;
  unsupported @8;
}

struct Error {
  code @0 :ErrorCode;
  message @1 :Text;
}

# --- amounts -------------------------------------------------------------------------------------

struct Amounts {
  cpusMilli @0 :Int64;
  memKib @1 :Int64;
  diskKib @2 :Int64;
  gpusMilli @3 :Int64;
  more @4 :MoreAmounts;  # null when there is nothing but the four scalars
}

struct MoreAmounts {
  custom @0 :List(CustomScalar);  # sorted by name
  ranges @1 :List(NamedRanges);   # sorted by name
  sets @2 :List(NamedSet);        # sorted by name
}

struct CustomScalar {
  name @0 :Text;
  milli @1 :Int64;  # thousandths
}

struct Interval {
  begin @0 :UInt64;
  end @1 :UInt64;  # belongs to it
}

struct NamedRanges {
  name @0 :Text;
  intervals @1 :List(Interval);  # sorted, disjoint, not adjacent
}

struct NamedSet {
  name @0 :Text;
  items @1 :List(Text);  # sorted, unique
}

# --- resources -----------------------------------------------------------------------------------

enum ReservationKind {
  static @0;
  dynamic @1;
}

struct Reservation {
  role @0 :Text;
  kind @1 :ReservationKind;
  principal @2 :Text;
}

struct Volume {
  id @0 :Text;
  containerPath @1 :Text;
}

# Which of an agent's volumes.
struct VolumeName {
  role @0 :Text;
  id @1 :Text;
}

struct Lot {
  amounts @0 :Amounts;
  reservations @1 :List(Reservation);  # outermost role first
  volume @2 :Volume;                   # null: none
  revocable @3 :Bool;
  shared @4 :Bool;
}

struct Resources {
  plain @0 :Amounts;    # the unreserved, steady, unshared lot, which nearly always is the only one
  others @1 :List(Lot); # sorted by kind
}

# --- attributes ----------------------------------------------------------------------------------

struct Attribute {
  name @0 :Text;
  union {
    text @1 :Text;
    milli @2 :Int64;  # thousandths
    intervals @3 :List(Interval);
  }
}

struct Label {
  key @0 :Text;
  value @1 :Text;
}

enum ConstraintRule {
  exists @0;
  notExists @1;
  equals @2;
  notEquals @3;
  matches @4;
  notMatches @5;
}

struct Constraint {
  attribute @0 :Text;
  rule @1 :ConstraintRule;
  value @2 :Text;
}

// Who among several masters, or several candidates of a framework, leads, on which epoch, and what
// the leader stores: the port between its process and either its own disk or ZooKeeper. One object
// is one candidacy of one process. Loop's thread only; callbacks come on it.
//
// Invariant 1: on_lead at most once, and on_end at most once after which nothing follows.
// Invariant 2: a leader acts before acting_until() only. Whoever sees it pass ends the process; the
// one that starts next is a candidate like any other.
// Invariant 3: destroying the object gives the lead up at once.
#pragma once

#include <functional>

#include "common/time.h"
#include "runtime/leader_record.h"
#include "runtime/store.h"

namespace fairlead {

/// What a new leader begins with. The epoch counts once it stands in the registry: commit it first.
struct Lead {
  ClusterId cluster;  ///< "": the one of the registry's record, or a new one
  Epoch epoch;        ///< 0: one more than the registry's record says, and at least the floor
  Epoch epoch_floor;  ///< of who started the coordination
  StoreContents contents;
};

struct CoordinationEvents {
  std::function<void(Lead)> on_lead;
  StoreOutcomeHandler on_outcome;
  std::function<void(const Error&)> on_end;  ///< the lead is lost, or there is no way to get one
  std::function<void(const std::string&)> on_trouble;  ///< for the log: it goes on by itself
};

/// What one who does not lead can say about itself.
struct Standby {
  bool is_caught_up = false;  ///< a takeover would read next to nothing
  LeaderRecord leader;        ///< epoch 0: unknown
};

class Coordination {
 public:
  virtual ~Coordination() = default;

  /// Begins the candidacy; `mine` is what others shall find when it leads (its epoch is a floor).
  /// Blocks until the registry was read once. May call on_lead. Once.
  virtual Status start(LeaderRecord mine) = 0;
  /// REQUIRES: on_lead was called.
  virtual Store& store() = 0;
  virtual Instant acting_until() const = 0;
  virtual Standby standby() const = 0;

  virtual Instant next_deadline() const = 0;
  virtual void on_time(Instant now) = 0;
};

}  // namespace fairlead

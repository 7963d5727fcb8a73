// Who leads among several masters: the oldest candidate node. A candidate waits for the one before
// it, then takes over by bumping the epoch in a write that also proves that its own node is there;
// every write of the registry checks that epoch. One object is one candidacy on one session: when
// it is over it is over, and its owner starts anew. Pure over Znodes and Clock. Loop's thread only.
//
// Invariant 1: acting_until() is half a session timeout after the sending of a write that a
//              majority confirmed. The servers end a session a whole timeout after the last sign
//              of life that reached their leader, so nobody else can be elected before.
// Invariant 2: two takeovers never share an epoch.
#pragma once

#include <functional>
#include <string>

#include "runtime/clock.h"
#include "runtime/leader_record.h"
#include "runtime/lifetime.h"
#include "runtime/znodes.h"

namespace fairlead {

struct ElectionOptions {
  std::string endpoint;  ///< what others shall find when this candidate leads
  std::string http;
  Epoch epoch_floor;  ///< the epoch is at least this; after a restore from a backup
};

struct Elected {
  Epoch epoch;
  std::int32_t epoch_version = 0;  ///< of /epoch, for the registry's checks
};

struct ElectionEvents {
  std::function<void(const Elected&)> on_elected;             ///< at most once
  std::function<void(const std::string& reason)> on_lost;     ///< at most once; nothing follows
  std::function<void(const LeaderRecord& record)> on_leader;  ///< with each change, also one's own
};

class ZnodeElection {
 public:
  /// Sets the phase handler of `nodes`. REQUIRES: `nodes` is connected and prepare_registry passed;
  /// both references outlive the election. An event's handler must not end the election.
  ZnodeElection(Znodes& nodes, const Clock& clock, ElectionOptions options, ElectionEvents events);

  /// Once.
  void campaign();

  bool leads() const { return stage_ == Stage::kLeading; }
  /// A leader acts before this instant only; it moves on with each confirmed heartbeat.
  Instant acting_until() const;

  Instant next_deadline() const;
  /// Sends the heartbeat that is due; gives the leadership up when acting_until() has passed.
  void on_time(Instant now);

 private:
  enum class Stage { kNew, kWaiting, kLeading, kOver };

  void stand();
  void look();
  void on_candidates(const ZnodeList& list);
  void take_over();
  void write_epoch(LeaderRecord record, std::int32_t version);
  void follow_epoch();
  void on_epoch(const ZnodeRead& read);
  void send_heartbeat();
  void on_heartbeat(const ZnodeWritten& written, Instant sent_at);
  void lose(const std::string& reason);
  std::string path_of(const std::string& name) const;
  std::string prefix() const;

  Znodes& nodes_;
  const Clock& clock_;
  const ElectionOptions options_;
  const ElectionEvents events_;
  Stage stage_ = Stage::kNew;
  std::string mine_;  ///< name of the own candidate node
  Elected elected_;
  LeaderRecord leader_;
  Instant confirmed_at_;  ///< when the last confirmed write was sent
  Instant heartbeat_at_;  ///< when the next one is due
  bool heartbeat_on_way_ = false;
  const Lifetime lifetime_;
};

}  // namespace fairlead

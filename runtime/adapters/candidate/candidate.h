// A process that may lead, a master or a framework: where its state is, what its supervisor hears
// of it, and the end of its main(). It does not know what a leader does. Used by a process and its
// main(); loop's thread only, run_candidate before there is one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/result.h"
#include "runtime/adapters/candidate/zookeeper_mode.h"
#include "runtime/adapters/process/run_program.h"
#include "runtime/adapters/process/supervisor.h"
#include "runtime/adapters/sqlite/sqlite_store.h"
#include "runtime/clock.h"
#include "runtime/coordination.h"
#include "runtime/loop.h"

namespace fairlead {

struct StatePlace {
  SqliteStoreOptions disk;  ///< without ZooKeeper; the caller holds the lock of its directory
  ZookeeperMode zookeeper;  ///< with an address: there instead
  std::string pin_dir;      ///< as for coordinate_by_zookeeper
};

/// May this process lead what was found? Asked before each candidacy in ZooKeeper.
using AcceptState = std::function<Status(const ClusterId&, const StoreContents&)>;

/// Each outlives the coordination.
struct CandidateWorld {
  Loop& loop;
  const Clock& clock;
  SupervisorLink& supervisor;  ///< gets the note by which a dead life's session is ended
};

/// The place's coordination, not started. Errors as coordinate_by_zookeeper.
Result<std::unique_ptr<Coordination>> coordinate(const StatePlace& place, AcceptState accept,
                                                 CandidateWorld world, CoordinationEvents events);

/// Tells the supervisor, twice a second, that the loop turns. Nothing is due without one.
class Beat {
 public:
  explicit Beat(SupervisorLink& supervisor) : supervisor_(supervisor) {}

  Instant next_deadline() const { return supervisor_.is_heard() ? at_ : Instant::never(); }
  void on_time(Instant now);

 private:
  SupervisorLink& supervisor_;
  Instant at_;
};

/// run_program; with ZooKeeper in a process of its own, under a supervisor that ends the session of
/// one that died and starts the next. REQUIRES: as supervise().
int run_candidate(const ProgramOptions& program, const ZookeeperMode& zookeeper,
                  const std::function<Status(SupervisorLink&)>& run);

}  // namespace fairlead

// Coordination of a single process: the state directory's lock elects it, SQLite is its registry.
// It leads as soon as it starts and for as long as it lives. Owned by a master's or a framework's
// process, which holds the StateLock. Loop's thread only.
#pragma once

#include <memory>

#include "runtime/adapters/sqlite/sqlite_store.h"
#include "runtime/coordination.h"

namespace fairlead {

class EmbeddedCoordination final : public Coordination {
 public:
  /// `loop` must outlive it.
  EmbeddedCoordination(SqliteStoreOptions options, Loop& loop, CoordinationEvents events)
      : options_(std::move(options)), loop_(loop), events_(std::move(events)) {}

  Status start(LeaderRecord mine) override;
  Store& store() override { return *store_; }
  Instant acting_until() const override { return Instant::never(); }
  Standby standby() const override { return {}; }
  Instant next_deadline() const override { return Instant::never(); }
  void on_time(Instant) override {}

 private:
  const SqliteStoreOptions options_;
  Loop& loop_;
  const CoordinationEvents events_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace fairlead

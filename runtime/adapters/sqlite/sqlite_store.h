// The Store on a local disk: SQLite with a write-ahead log, one writer thread and group commit:
// all batches that wait while the disk syncs go into the next transaction together.
// A master or an agent owns one, inside a directory that it holds the StateLock of.
// Loop's thread only, except where noted; the writer thread is an inner matter.
//
// Invariant 1: outcomes come in the order of the commits, on the loop's thread.
// Invariant 2: kPersisted is posted after the sync that covers it returned.
// Invariant 3: after a failed sync nothing is answered any more; the process ends.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/limits.h"
#include "runtime/adapters/sqlite/reserve_file.h"
#include "runtime/adapters/sqlite/sqlite_database.h"
#include "runtime/loop.h"
#include "runtime/store.h"

namespace fairlead {

struct SqliteStoreOptions {
  std::string directory;  ///< made with mode 0700 when missing
  Durability durability = Durability::kFull;
  std::string vfs;  ///< SQLite file layer; "" is the system's
  std::int64_t reserve_bytes = limits::kReserveFileBytes;
  std::size_t queue_batches_max = limits::kStoreQueueBatchesMax;
  /// Ends the process; must not return. Called on the writer thread. Default: abort with the text.
  std::function<void(const std::string& reason)> on_fatal;
};

class SqliteStore final : public Store {
 public:
  /// Opens or creates `<directory>/state.db` and the reserve file. `loop` must outlive the store.
  /// Errors as SqliteDatabase::open, and kDenied when others may enter the directory.
  static Result<std::unique_ptr<SqliteStore>> open(SqliteStoreOptions options, Loop& loop,
                                                   StoreOutcomeHandler on_outcome);
  /// Commits that wait are still written; their outcomes are not delivered any more.
  /// REQUIRES: the loop's thread, or the loop does not run.
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  /// REQUIRES: no commit yet.
  Result<StoreContents> load() override;
  /// Counts rows whose checksums hold and whose contents nobody can read among the damaged ones:
  /// a write that replaces one keeps its bytes aside. REQUIRES: as load.
  void call_damaged(const std::vector<std::string>& keys);
  /// Every damaged row that was ever found here. REQUIRES: as load.
  Result<SetAside> set_aside();
  /// kRefused at once (still in order) when `queue_batches_max` wait.
  void commit(StoreBatch batch) override;

  /// Gives up the reserve file before the next commit, for what must be recorded on a full disk.
  /// It comes back by itself when there is space. Thread-safe, does not wait.
  void release_reserve();

 private:
  struct Pending {
    StoreBatch batch;
    bool accepted = true;
  };
  struct Outcome {
    Ticket ticket;
    StoreOutcome outcome = StoreOutcome::kPersisted;
    std::string reason;
  };
  /// Shared with posted work, which may run after the store is gone. Loop's thread only.
  struct Receiver {
    StoreOutcomeHandler on_outcome;
    bool is_open = true;
  };

  SqliteStore(SqliteStoreOptions options, Loop& loop, StoreOutcomeHandler on_outcome,
              std::unique_ptr<SqliteDatabase> database);

  void write_until_stopped();
  std::vector<Outcome> write_group(const std::deque<Pending>& group);
  void write_alone(const Pending& pending, std::vector<Outcome>& outcomes);
  WriteReport write_or_die(const std::vector<const StoreBatch*>& batches);
  [[noreturn]] void die(const std::string& reason) const;
  void deliver(std::vector<Outcome> outcomes);

  const SqliteStoreOptions options_;
  Loop& loop_;
  const std::shared_ptr<Receiver> receiver_;
  const std::unique_ptr<SqliteDatabase> database_;  // the writer thread's after the first commit
  ReserveFile reserve_;                             // likewise

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending> queue_;   // guarded by mutex_
  bool release_asked_ = false;  // guarded by mutex_
  bool stopping_ = false;       // guarded by mutex_
  std::thread writer_;
};

}  // namespace fairlead

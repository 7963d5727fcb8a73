// The database file behind SqliteStore: opening, the schema, rows with their checksums, and what
// SQLite's error codes mean for us. One transaction at a time; no thread and no queue of its own.
// Owned by SqliteStore, which makes sure that one thread at a time is inside.
//
// Rows carry CRC-32C over key, generation and value. A generation is the number of the transaction
// that wrote the row; it never goes back.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/result.h"
#include "runtime/store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace fairlead {

enum class Durability {
  kFull,                  ///< every outcome is on stable storage (synchronous=FULL)
  kNoneForBenchmarksOnly  ///< a power cut loses and may destroy everything (synchronous=OFF)
};

/// What a transaction did.
enum class WriteResult {
  kDone,
  kFull,     ///< no space; nothing was written
  kFailed,   ///< another refusal by the disk; nothing was written
  kUnknown,  ///< a sync failed: what is on the disk cannot be known by this process any more
};

struct WriteReport {
  WriteResult result = WriteResult::kDone;
  std::string reason;
};

struct DatabaseOptions {
  std::string path;
  Durability durability = Durability::kFull;
  std::string vfs;  ///< SQLite file layer; "" is the system's
};

inline constexpr std::int64_t kSetAsideKeysMax = 100;  // damaged rows that people are told of

/// Damaged rows of this life and of those before: the ones that nothing has replaced yet, and the
/// table `quarantine`.
struct SetAside {
  std::int64_t rows = 0;
  std::vector<std::string> keys;  ///< the newest first, at most kSetAsideKeysMax
};

class SqliteDatabase {
 public:
  /// Opens or creates. kUnsupported: written by a newer version. kCorrupt: not our database.
  static Result<std::unique_ptr<SqliteDatabase>> open(const DatabaseOptions& options);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Reads every row whose checksum holds and names the others. O(rows).
  Result<StoreContents> load();
  /// Counts a row as damaged whose checksum holds and whose content nobody can read.
  void call_damaged(const std::string& key) { damaged_.insert(key); }
  Result<SetAside> set_aside();
  /// Writes all batches in one transaction. A damaged row that a write replaces or erases moves to
  /// the table `quarantine` in the same one.
  WriteReport write(const std::vector<const StoreBatch*>& batches);
  /// Moves the log into the database when it is longer than limits::kWalPagesMax.
  WriteReport checkpoint_if_long();

 private:
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}

  Status prepare_schema(const DatabaseOptions& options);
  Status prepare_statements();
  int write_one(const StoreWrite& write);
  int move_aside(const std::string& key);
  int execute(const char* sql);
  WriteReport judge(int code) const;
  Error error(const std::string& what) const;

  sqlite3* const handle_;
  sqlite3_stmt* put_ = nullptr;
  sqlite3_stmt* erase_ = nullptr;
  std::set<std::string> damaged_;  // rows that still lie where they were found
  std::int64_t generation_ = 0;
  int wal_pages_ = 0;  // set by SQLite after each commit
};

}  // namespace fairlead

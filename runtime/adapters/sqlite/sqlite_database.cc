#include "runtime/adapters/sqlite/sqlite_database.h"

#include <sqlite3.h>

#include <iterator>
#include <utility>

#include "common/check.h"
#include "common/crc32c.h"
#include "common/limits.h"

namespace fairlead {
namespace {

constexpr int kSchemaVersion = 1;
constexpr int kApplicationId = 0x466c6431;  // "Fld1": tells our files from other databases

constexpr const char* kSchema =
    "CREATE TABLE rows (key TEXT PRIMARY KEY, value BLOB NOT NULL, crc32c INTEGER NOT NULL,"
    "                   generation INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE quarantine (key TEXT, value BLOB, crc32c INTEGER, generation INTEGER);";

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

std::uint32_t row_checksum(std::string_view key, std::int64_t generation, BytesView value) {
  Bytes head(key.begin(), key.end());
  head.push_back(0);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    head.push_back(
        static_cast<std::uint8_t>((static_cast<std::uint64_t>(generation) >> shift) & 0xff));
  }
  return crc32c(value, crc32c(head));
}

std::string text_column(sqlite3_stmt* row, int column) {
  const unsigned char* text = sqlite3_column_text(row, column);
  auto length = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  return text == nullptr ? std::string() : std::string(text, text + length);
}

Bytes blob_column(sqlite3_stmt* row, int column) {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(row, column));
  auto length = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  return bytes == nullptr ? Bytes() : Bytes(bytes, bytes + length);
}

Result<std::int64_t> read_number(sqlite3* handle, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(handle, sql, -1, &raw, nullptr);
  Statement statement(raw);
  if (code == SQLITE_OK) code = sqlite3_step(raw);
  if (code == SQLITE_ROW) return std::int64_t{sqlite3_column_int64(raw, 0)};
  return Error{.code = ErrorCode::kCorrupt, .message = sqlite3_errmsg(handle)};
}

int remember_wal_pages(void* wal_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(wal_pages) = pages;
  return SQLITE_OK;
}

}  // namespace

Error SqliteDatabase::error(const std::string& what) const {
  int code = sqlite3_errcode(handle_) & 0xff;
  bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  return Error{.code = damaged ? ErrorCode::kCorrupt : ErrorCode::kUnavailable,
               .message = to_string(Complaint{
                   .what = "store " + std::string(sqlite3_db_filename(handle_, "main")),
                   .where = what,
                   .got = sqlite3_errmsg(handle_),
                   .hint = damaged ? "restore the file from a copy, or move it away to start empty"
                                   : "check the disk and the file's owner"})};
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const DatabaseOptions& options) {
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2(options.path.c_str(), &handle, flags,
                             options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (handle == nullptr) {
    return Error{.code = ErrorCode::kExhausted, .message = "store " + options.path + ": no memory"};
  }
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(handle));
  if (code != SQLITE_OK) return database->error("open");
  sqlite3_extended_result_codes(handle, 1);
  Status prepared = database->prepare_schema(options);
  if (prepared.ok()) prepared = database->prepare_statements();
  if (!prepared.ok()) return prepared.error();
  return database;
}

SqliteDatabase::~SqliteDatabase() {
  sqlite3_finalize(put_);
  sqlite3_finalize(erase_);
  sqlite3_close(handle_);
}

int SqliteDatabase::execute(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
}

Status SqliteDatabase::prepare_schema(const DatabaseOptions& options) {
  // First of all: with it the log needs no shared memory, and nobody else can come in.
  if (execute("PRAGMA locking_mode=EXCLUSIVE") != SQLITE_OK) return error("lock");
  Result<std::int64_t> version = read_number(handle_, "PRAGMA user_version");
  Result<std::int64_t> application = read_number(handle_, "PRAGMA application_id");
  if (!version.ok() || !application.ok()) return error("read the schema version");
  if (*application != 0 && *application != kApplicationId) {
    return Error{.code = ErrorCode::kCorrupt,
                 .message = to_string(Complaint{.what = "store " + options.path,
                                                .expected = "a database of Fairlead",
                                                .got = "another program's database",
                                                .hint = "choose another --state-dir"})};
  }
  if (*version > kSchemaVersion) {
    return Error{.code = ErrorCode::kUnsupported,
                 .message = to_string(
                     Complaint{.what = "store " + options.path,
                               .expected = "schema version 1.." + std::to_string(kSchemaVersion),
                               .got = std::to_string(*version),
                               .hint = "it was written by a newer Fairlead: run that version"})};
  }
  bool full = options.durability == Durability::kFull;
  // The log is checkpointed by checkpoint_if_long: SQLite's own way swallows a failed sync.
  // Rows are read once, at the start, and then only written: 512 KiB of pages do instead of 2 MiB.
  if (execute("PRAGMA journal_mode=WAL; PRAGMA cache_size=-512;"
              "PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;") != SQLITE_OK ||
      execute(full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF") != SQLITE_OK) {
    return error("set up");
  }
  if (*version == 0) {
    std::string create = "BEGIN IMMEDIATE;" + std::string(kSchema) +
                         "PRAGMA application_id=" + std::to_string(kApplicationId) +
                         ";PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";COMMIT";
    if (execute(create.c_str()) != SQLITE_OK) return error("create the schema");
  }
  sqlite3_wal_hook(handle_, remember_wal_pages, &wal_pages_);
  return {};
}

Status SqliteDatabase::prepare_statements() {
  constexpr const char* kPut =
      "INSERT INTO rows (key, value, crc32c, generation) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (key) DO UPDATE SET value=?2, crc32c=?3, generation=?4";
  constexpr const char* kErase = "DELETE FROM rows WHERE key=?1";
  if (sqlite3_prepare_v3(handle_, kPut, -1, SQLITE_PREPARE_PERSISTENT, &put_, nullptr) !=
          SQLITE_OK ||
      sqlite3_prepare_v3(handle_, kErase, -1, SQLITE_PREPARE_PERSISTENT, &erase_, nullptr) !=
          SQLITE_OK) {
    return error("read the schema");
  }
  Result<std::int64_t> newest =
      read_number(handle_,
                  "SELECT max(coalesce((SELECT max(generation) FROM rows), 0), "
                  "           coalesce((SELECT max(generation) FROM quarantine), 0))");
  if (!newest.ok()) return error("read the generation");
  generation_ = *newest;
  return {};
}

Result<StoreContents> SqliteDatabase::load() {
  constexpr const char* kSelect = "SELECT key, value, crc32c, generation FROM rows ORDER BY key";
  StoreContents contents;
  {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(handle_, kSelect, -1, &raw, nullptr) != SQLITE_OK) return error("load");
    Statement select(raw);
    int code = sqlite3_step(raw);
    for (; code == SQLITE_ROW; code = sqlite3_step(raw)) {
      StoreRow row{.key = text_column(raw, 0), .value = blob_column(raw, 1)};
      std::uint32_t found = row_checksum(row.key, sqlite3_column_int64(raw, 3), row.value);
      if (std::int64_t{found} == sqlite3_column_int64(raw, 2)) {
        contents.rows.push_back(std::move(row));
      } else {
        damaged_.insert(row.key);
        contents.quarantined.push_back(std::move(row.key));
      }
    }
    if (code != SQLITE_DONE) return error("load");
  }
  return contents;
}

Result<SetAside> SqliteDatabase::set_aside() {
  Result<std::int64_t> rows = read_number(handle_, "SELECT count(*) FROM quarantine");
  if (!rows) return error("count the rows that were set aside");
  SetAside found{.rows = *rows + static_cast<std::int64_t>(damaged_.size()), .keys = {}};
  for (const std::string& key : damaged_) {
    if (std::ssize(found.keys) < kSetAsideKeysMax) found.keys.push_back(key);
  }
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(handle_, "SELECT key FROM quarantine ORDER BY rowid DESC LIMIT ?1",
                                -1, &raw, nullptr);
  Statement select(raw);
  if (code == SQLITE_OK) {
    code = sqlite3_bind_int64(raw, 1, kSetAsideKeysMax - std::ssize(found.keys));
  }
  if (code == SQLITE_OK) code = sqlite3_step(raw);
  for (; code == SQLITE_ROW; code = sqlite3_step(raw)) found.keys.push_back(text_column(raw, 0));
  if (code != SQLITE_DONE) return error("list the rows that were set aside");
  return found;
}

WriteReport SqliteDatabase::judge(int code) const {
  WriteReport report{.reason =
                         std::string(sqlite3_errmsg(handle_)) + " (" + std::to_string(code) + ")"};
  switch (code) {
    case SQLITE_FULL:
      report.result = WriteResult::kFull;
      break;
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
      report.result = WriteResult::kUnknown;
      break;
    default:
      report.result = WriteResult::kFailed;
      break;
  }
  return report;
}

/// Rare: prepared anew each time.
int SqliteDatabase::move_aside(const std::string& key) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(
      handle_,
      "INSERT INTO quarantine SELECT key, value, crc32c, generation FROM rows WHERE key=?1", -1,
      &raw, nullptr);
  Statement statement(raw);
  if (code == SQLITE_OK) {
    code = sqlite3_bind_text64(raw, 1, key.data(), key.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  if (code == SQLITE_OK) code = sqlite3_step(raw);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

int SqliteDatabase::write_one(const StoreWrite& write) {
  sqlite3_stmt* statement = write.value ? put_ : erase_;
  sqlite3_bind_text64(statement, 1, write.key.data(), write.key.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (write.value) {
    // An empty vector's data() may be null, which SQLite would store as NULL.
    const void* bytes = write.value->empty() ? static_cast<const void*>("") : write.value->data();
    sqlite3_bind_blob64(statement, 2, bytes, write.value->size(), SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, row_checksum(write.key, generation_, *write.value));
    sqlite3_bind_int64(statement, 4, generation_);
  }
  int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

WriteReport SqliteDatabase::write(const std::vector<const StoreBatch*>& batches) {
  ++generation_;
  int code = execute("BEGIN IMMEDIATE");
  std::set<std::string> damaged = damaged_;
  for (const StoreBatch* batch : batches) {
    for (const StoreWrite& write : batch->writes) {
      if (code == SQLITE_OK && damaged.erase(write.key) > 0) code = move_aside(write.key);
      if (code == SQLITE_OK) code = write_one(write);
    }
  }
  if (code == SQLITE_OK) code = execute("COMMIT");
  if (code == SQLITE_OK) {
    damaged_ = std::move(damaged);
    return {};
  }
  WriteReport report = judge(code);
  if (sqlite3_get_autocommit(handle_) == 0 && execute("ROLLBACK") != SQLITE_OK) {
    report = {.result = WriteResult::kUnknown, .reason = report.reason + "; rollback failed"};
  }
  return report;
}

WriteReport SqliteDatabase::checkpoint_if_long() {
  if (wal_pages_ < limits::kWalPagesMax) return {};
  int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK) return judge(code);
  wal_pages_ = 0;
  return {};
}

}  // namespace fairlead

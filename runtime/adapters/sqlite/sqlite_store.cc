#include "runtime/adapters/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "common/check.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/store_key.h"

namespace fairlead {
namespace {

// How long the writer waits before it offers outcomes again to a loop whose mailbox is full.
constexpr std::chrono::milliseconds kDeliverAgain{1};

// Made before SQLite opens it, whatever the umask: SQLite gives its log the mode of the database.
Status make_private_file(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  bool good = descriptor >= 0 && ::fchmod(descriptor, 0600) == 0;
  std::string cause = good ? "" : std::strerror(errno);
  if (descriptor >= 0) ::close(descriptor);
  if (good) return {};
  return Error{.code = ErrorCode::kUnavailable,
               .message = to_string(Complaint{.what = "store " + path,
                                              .expected = "a file of our own with mode 0600",
                                              .got = cause,
                                              .hint = "check the directory and its disk"})};
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteStoreOptions options, Loop& loop,
                                                       StoreOutcomeHandler on_outcome) {
  Status made = make_private_directory(options.directory);
  if (!made.ok()) return made.error();
  std::string path = options.directory + "/state.db";
  if (options.durability == Durability::kNoneForBenchmarksOnly) {
    log_line(LogLevel::kWarning, "store_not_durable",
             {{"path", path}, {"hint", "only for benchmarks: a power cut loses everything"}});
  }
  Status private_file = make_private_file(path);
  if (!private_file.ok()) return private_file.error();
  auto database =
      SqliteDatabase::open({.path = path, .durability = options.durability, .vfs = options.vfs});
  if (!database.ok()) return database.error();
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(options), loop, std::move(on_outcome), std::move(*database)));
}

SqliteStore::SqliteStore(SqliteStoreOptions options, Loop& loop, StoreOutcomeHandler on_outcome,
                         std::unique_ptr<SqliteDatabase> database)
    : options_(std::move(options)),
      loop_(loop),
      receiver_(std::make_shared<Receiver>(Receiver{.on_outcome = std::move(on_outcome)})),
      database_(std::move(database)),
      reserve_(options_.directory + "/reserve", options_.reserve_bytes) {
  reserve_.ensure();
}

SqliteStore::~SqliteStore() {
  receiver_->is_open = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (writer_.joinable()) writer_.join();
}

Result<StoreContents> SqliteStore::load() {
  check(!writer_.joinable(), "a store is loaded before its first commit");
  return database_->load();
}

void SqliteStore::call_damaged(const std::vector<std::string>& keys) {
  check(!writer_.joinable(), "rows are called damaged before the first commit");
  for (const std::string& key : keys) database_->call_damaged(key);
}

Result<SetAside> SqliteStore::set_aside() {
  check(!writer_.joinable(), "a store is looked at before its first commit");
  return database_->set_aside();
}

void SqliteStore::commit(StoreBatch batch) {
  for (const StoreWrite& write : batch.writes) check_store_key(write.key);
  // Started here and not in `open`: until now the database belonged to the loop's thread.
  if (!writer_.joinable()) writer_ = std::thread([this] { write_until_stopped(); });
  {
    std::lock_guard<std::mutex> lock(mutex_);
    bool accepted = queue_.size() < options_.queue_batches_max;
    if (!accepted) batch.writes.clear();
    queue_.push_back({.batch = std::move(batch), .accepted = accepted});
  }
  changed_.notify_one();
}

void SqliteStore::release_reserve() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    release_asked_ = true;
  }
  changed_.notify_one();
}

void SqliteStore::write_until_stopped() {
  for (;;) {
    std::deque<Pending> group;
    bool release = false;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || release_asked_ || !queue_.empty(); });
      if (stopping_ && queue_.empty()) return;
      group.swap(queue_);
      release = std::exchange(release_asked_, false);
    }
    if (release && reserve_.release()) {
      log_line(LogLevel::kWarning, "store_reserve_released", {{"directory", options_.directory}});
    }
    if (group.empty()) continue;
    deliver(write_group(group));
    WriteReport moved = database_->checkpoint_if_long();
    if (moved.result == WriteResult::kUnknown) die(moved.reason);
    if (!release) reserve_.ensure();
  }
}

std::vector<SqliteStore::Outcome> SqliteStore::write_group(const std::deque<Pending>& group) {
  std::vector<const StoreBatch*> batches;
  for (const Pending& pending : group) {
    if (pending.accepted) batches.push_back(&pending.batch);
  }
  WriteReport together;
  if (!batches.empty()) together = write_or_die(batches);
  std::vector<Outcome> outcomes;
  outcomes.reserve(group.size());
  for (const Pending& pending : group) {
    if (!pending.accepted) {
      outcomes.push_back(
          {pending.batch.ticket, StoreOutcome::kRefused, "too many commits wait for the disk"});
    } else if (together.result == WriteResult::kDone) {
      outcomes.push_back({pending.batch.ticket, StoreOutcome::kPersisted, {}});
    } else if (batches.size() == 1) {
      outcomes.push_back({pending.batch.ticket, StoreOutcome::kRefused, together.reason});
    } else {
      write_alone(pending, outcomes);  // what did not fit together may fit in part
    }
  }
  return outcomes;
}

void SqliteStore::write_alone(const Pending& pending, std::vector<Outcome>& outcomes) {
  WriteReport report = write_or_die({&pending.batch});
  bool done = report.result == WriteResult::kDone;
  outcomes.push_back({pending.batch.ticket,
                      done ? StoreOutcome::kPersisted : StoreOutcome::kRefused,
                      std::move(report.reason)});
}

WriteReport SqliteStore::write_or_die(const std::vector<const StoreBatch*>& batches) {
  WriteReport report = database_->write(batches);
  if (report.result == WriteResult::kUnknown) die(report.reason);
  return report;
}

void SqliteStore::die(const std::string& reason) const {
  std::string text = "store " + options_.directory +
                     ": a sync failed, so nobody knows what is on " + "the disk: " + reason;
  if (options_.on_fatal) options_.on_fatal(text);
  log_line(LogLevel::kError, "store_fatal", {{"reason", text}});
  std::abort();
}

void SqliteStore::deliver(std::vector<Outcome> outcomes) {
  Work work = [receiver = receiver_, outcomes = std::move(outcomes)] {
    for (const Outcome& outcome : outcomes) {
      if (!receiver->is_open) return;
      receiver->on_outcome(outcome.ticket, outcome.outcome, outcome.reason);
    }
  };
  while (!loop_.post(work)) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (changed_.wait_for(lock, kDeliverAgain, [this] { return stopping_; })) return;
  }
}

}  // namespace fairlead

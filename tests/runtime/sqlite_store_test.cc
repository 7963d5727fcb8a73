#include "runtime/adapters/sqlite/sqlite_store.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "tests/runtime/faulty_disk.h"
#include "tests/runtime/store_conformance.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::testing {
namespace {

/// A store on a real disk with a loop of its own, which runs inside `settle`.
class SqliteHarness {
 public:
  explicit SqliteHarness(std::string vfs = {}) : vfs_(std::move(vfs)) {
    auto loop = EpollLoop::create(clock_);
    check(loop.ok(), "a loop can be made");
    loop_ = std::move(*loop);
    reopen();
  }

  Store& store() { return *store_; }
  SqliteStore& sqlite() { return *store_; }
  std::vector<Answer>& answers() { return answers_; }

  void settle(std::size_t count) {
    awaited_ = count;
    while (answers_.size() < count) loop_->run();
  }

  Result<std::unique_ptr<SqliteStore>> try_open() {
    store_.reset();
    return SqliteStore::open(
        {.directory = directory_.path(), .vfs = vfs_, .queue_batches_max = queue_batches_max},
        *loop_, [this](Ticket ticket, StoreOutcome outcome, std::string reason) {
          answers_.push_back({ticket.number, outcome, std::move(reason)});
          if (answers_.size() >= awaited_) loop_->stop();
        });
  }
  void reopen() {
    auto store = try_open();
    check(store.ok(), "the store opens");
    store_ = std::move(*store);
  }
  void damage(const std::string& key) {
    edit("UPDATE rows SET value = value || x'00' WHERE key = '" + key + "'");
    reopen();
  }

  /// Runs SQL on the closed file.
  void edit(const std::string& sql) {
    store_.reset();
    sqlite3* handle = nullptr;
    check(sqlite3_open(database().c_str(), &handle) == SQLITE_OK, "the file opens");
    check(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, "SQL runs");
    sqlite3_close(handle);
  }
  std::string database() const { return directory_.file("state.db"); }
  std::string reserve() const { return directory_.file("reserve"); }

  std::size_t queue_batches_max = limits::kStoreQueueBatchesMax;

 private:
  const std::string vfs_;
  TemporaryDirectory directory_;
  SystemClock clock_;
  std::vector<Answer> answers_;
  std::size_t awaited_ = 0;
  std::unique_ptr<EpollLoop> loop_;
  std::unique_ptr<SqliteStore> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreConformance, SqliteHarness);

TEST(SqliteStore, FilesAreForTheirOwnerOnly) {
  SqliteHarness harness;
  harness.store().commit({.ticket = {1}, .writes = {put("k", "v")}});
  harness.settle(1);
  for (const std::string& path :
       {harness.database(), harness.database() + "-wal", harness.reserve()}) {
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0) << path;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << path;
  }
}

TEST(SqliteStore, DirectoryThatOthersMayEnterIsRefused) {
  SqliteHarness harness;
  std::filesystem::permissions(std::filesystem::path(harness.database()).parent_path(),
                               std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  auto store = harness.try_open();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kDenied);
  EXPECT_THAT(store.error().message, ::testing::HasSubstr("hint: chmod 700"));
}

TEST(SqliteStore, NewerSchemaIsRefusedWithAHint) {
  SqliteHarness harness;
  harness.edit("PRAGMA user_version=7");
  auto store = harness.try_open();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(store.error().message,
              ::testing::HasSubstr("expected schema version 1..1, got \"7\"; hint:"));
}

TEST(SqliteStore, ForeignFileIsNotTouched) {
  SqliteHarness harness;
  harness.edit("PRAGMA application_id=1");
  auto store = harness.try_open();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kCorrupt);
}

TEST(SqliteStore, RowMovedUnderAnotherKeyCountsAsDamaged) {
  SqliteHarness harness;
  harness.store().commit({.ticket = {1}, .writes = {put("k", "v")}});
  harness.settle(1);
  harness.edit("UPDATE rows SET key = 'other'");
  harness.reopen();
  Result<StoreContents> contents = harness.store().load();
  ASSERT_TRUE(contents.ok());
  EXPECT_TRUE(contents->rows.empty());
  EXPECT_THAT(contents->quarantined, ::testing::ElementsAre("other"));
}

TEST(SqliteStore, WhatReplacesADamagedRowKeepsItsBytesAside) {
  SqliteHarness harness;
  harness.store().commit({.ticket = {1}, .writes = {put("a", "1"), put("b", "2"), put("c", "3")}});
  harness.settle(1);
  harness.edit("UPDATE rows SET value = 'x' WHERE key = 'c'");
  harness.reopen();
  ASSERT_THAT(harness.store().load()->quarantined, ::testing::ElementsAre("c"));
  harness.sqlite().call_damaged({"a"});  // its checksum holds, its content says nothing
  EXPECT_THAT(harness.sqlite().set_aside()->keys, ::testing::ElementsAre("a", "c"));
  harness.store().commit({.ticket = {2}, .writes = {erase("a"), put("c", "4"), put("c", "5")}});
  harness.settle(2);
  for (int life = 0; life < 2; ++life) {
    harness.reopen();
    Result<StoreContents> contents = harness.store().load();
    ASSERT_TRUE(contents.ok());
    EXPECT_THAT(listed(*contents), ::testing::ElementsAre("b=2", "c=5"));
    EXPECT_TRUE(contents->quarantined.empty());
    Result<SetAside> set_aside = harness.sqlite().set_aside();
    ASSERT_TRUE(set_aside.ok());
    EXPECT_EQ(set_aside->rows, 2);
    EXPECT_THAT(set_aside->keys, ::testing::ElementsAre("c", "a"));
  }
}

TEST(SqliteStore, ADamagedRowThatNothingReplacesIsCounted) {
  SqliteHarness harness;
  harness.store().commit({.ticket = {1}, .writes = {put("a", "1")}});
  harness.settle(1);
  harness.edit("UPDATE rows SET value = 'x'");
  harness.reopen();
  ASSERT_TRUE(harness.store().load().ok());
  EXPECT_EQ(harness.sqlite().set_aside()->rows, 1);
  EXPECT_THAT(harness.sqlite().set_aside()->keys, ::testing::ElementsAre("a"));
}

TEST(SqliteStore, EveryFlippedBitOfAValueIsFound) {
  SqliteHarness harness;
  std::string clean = "payload";
  for (std::size_t bit = 0; bit < clean.size() * 8; ++bit) {
    std::string value = clean;
    harness.store().commit({.ticket = {bit + 1}, .writes = {put("k", value)}});
    harness.settle(bit + 1);
    value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
    std::string hex;
    for (char c : value) {
      hex += "0123456789abcdef"[(c >> 4) & 15];
      hex += "0123456789abcdef"[c & 15];
    }
    harness.edit("UPDATE rows SET value = x'" + hex + "'");
    harness.reopen();
    Result<StoreContents> contents = harness.store().load();
    ASSERT_TRUE(contents.ok());
    ASSERT_THAT(contents->quarantined, ::testing::ElementsAre("k")) << "bit " << bit;
  }
}

TEST(SqliteStore, PersistedMeansSynced) {
  FaultyDisk disk;
  SqliteHarness harness(disk.name());
  int before = disk.syncs;
  harness.store().commit({.ticket = {1}, .writes = {put("k", "v")}});
  harness.settle(1);
  EXPECT_GT(disk.syncs, before);
}

TEST(SqliteStore, FullDiskRefusesAndTheStoreStaysUsable) {
  FaultyDisk disk;
  SqliteHarness harness(disk.name());
  disk.is_full = true;
  harness.store().commit({.ticket = {1}, .writes = {put("k", "1")}});
  harness.settle(1);
  disk.is_full = false;
  harness.store().commit({.ticket = {2}, .writes = {put("k", "2")}});
  harness.settle(2);
  EXPECT_EQ(harness.answers()[0].outcome, StoreOutcome::kRefused);
  EXPECT_THAT(harness.answers()[0].reason, ::testing::HasSubstr("full"));
  EXPECT_EQ(harness.answers()[1].outcome, StoreOutcome::kPersisted);
  harness.reopen();
  EXPECT_THAT(listed(harness.store().load().value()), ::testing::ElementsAre("k=2"));
}

TEST(SqliteStore, FailedWriteRefusesEveryBatchOfTheGroupInOrder) {
  FaultyDisk disk;
  SqliteHarness harness(disk.name());
  disk.writes_fail = true;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    harness.store().commit({.ticket = {i}, .writes = {put("k" + std::to_string(i), "v")}});
  }
  harness.settle(5);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(harness.answers()[i].ticket, i + 1);
    EXPECT_EQ(harness.answers()[i].outcome, StoreOutcome::kRefused);
  }
  disk.writes_fail = false;
  harness.reopen();
  EXPECT_TRUE(harness.store().load().value().rows.empty());
}

TEST(SqliteStoreDeathTest, FailedSyncEndsTheProcessWithoutAnAnswer) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  // What dies cannot clean up: it inherits a place for its files that is removed here.
  TemporaryDirectory left_behind;
  const char* usual = std::getenv("TMPDIR");
  const std::string restored = usual == nullptr ? "/tmp" : usual;
  ASSERT_EQ(::setenv("TMPDIR", left_behind.path().c_str(), 1), 0);
  EXPECT_DEATH(
      {
        FaultyDisk disk;
        SqliteHarness harness(disk.name());
        disk.syncs_fail = true;
        harness.store().commit({.ticket = {1}, .writes = {put("k", "v")}});
        harness.settle(1);
      },
      "a sync failed");
  ASSERT_EQ(::setenv("TMPDIR", restored.c_str(), 1), 0);
}

TEST(SqliteStore, CommitsBeyondTheQueueAreRefusedInTheirTurn) {
  SqliteHarness harness;
  harness.queue_batches_max = 0;
  harness.reopen();
  harness.store().commit({.ticket = {1}, .writes = {put("k", "v")}});
  harness.settle(1);
  EXPECT_EQ(harness.answers()[0].outcome, StoreOutcome::kRefused);
  EXPECT_EQ(harness.answers()[0].reason, "too many commits wait for the disk");
}

TEST(SqliteStore, LongLogIsMovedIntoTheDatabase) {
  SqliteHarness harness;
  std::string page(4096, 'x');
  std::uint64_t ticket = 0;
  for (int round = 0; round < 6; ++round) {
    StoreBatch batch{.ticket = {++ticket}};
    for (int i = 0; i < 400; ++i) batch.writes.push_back(put("k" + std::to_string(i), page));
    harness.store().commit(std::move(batch));
    harness.settle(ticket);
  }
  // 2,400 pages were written; after a checkpoint the log starts again at its beginning.
  EXPECT_LT(std::filesystem::file_size(harness.database() + "-wal"), 2'000u * 4096);
}

TEST(SqliteStore, ReserveIsReleasedOnDemandAndComesBackWithTheNextCommits) {
  SqliteHarness harness;
  ASSERT_EQ(std::filesystem::file_size(harness.reserve()),
            static_cast<std::uintmax_t>(limits::kReserveFileBytes));
  harness.sqlite().release_reserve();
  harness.store().commit({.ticket = {1}, .writes = {put("k", "1")}});
  harness.settle(1);
  harness.store().commit({.ticket = {2}, .writes = {put("k", "2")}});
  harness.settle(2);
  harness.store().commit({.ticket = {3}, .writes = {put("k", "3")}});
  harness.settle(3);
  EXPECT_TRUE(std::filesystem::exists(harness.reserve()));
}

TEST(ReserveFile, TakesSpaceAndGivesItBack) {
  TemporaryDirectory directory;
  ReserveFile reserve(directory.file("reserve"), 64 << 10);
  ASSERT_TRUE(reserve.ensure());
  EXPECT_EQ(std::filesystem::file_size(directory.file("reserve")), 64u << 10);
  EXPECT_TRUE(reserve.release());
  EXPECT_FALSE(std::filesystem::exists(directory.file("reserve")));
  EXPECT_FALSE(reserve.release());
  EXPECT_TRUE(reserve.ensure());
}

TEST(StateLock, SecondHolderIsToldWhoHasIt) {
  TemporaryDirectory directory;
  auto first = StateLock::acquire(directory.path());
  ASSERT_TRUE(first.ok());
  auto second = StateLock::acquire(directory.path());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message,
              ::testing::HasSubstr("locked by pid " + std::to_string(::getpid())));
}

/// A process that is killed is seen dead before the last of its threads has let go.
TEST(StateLock, IsWaitedForWhileItsDeadHolderLetsGo) {
  TemporaryDirectory directory;
  const pid_t holder = ::fork();
  if (holder == 0) {
    auto held = StateLock::acquire(directory.path());
    if (::fork() == 0) ::poll(nullptr, 0, 300);  // the lock is this one's too
    ::_exit(held.ok() ? 0 : 1);
  }
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(holder), &ended, WEXITED | WNOWAIT), 0);
  ASSERT_EQ(ended.si_status, 0);
  EXPECT_TRUE(StateLock::acquire(directory.path()).ok());
  EXPECT_EQ(::waitpid(holder, nullptr, 0), holder);
}

TEST(StateLock, IsFreeAgainAfterItsHolder) {
  TemporaryDirectory directory;
  { ASSERT_TRUE(StateLock::acquire(directory.path()).ok()); }
  EXPECT_TRUE(StateLock::acquire(directory.path()).ok());
}

}  // namespace
}  // namespace fairlead::testing

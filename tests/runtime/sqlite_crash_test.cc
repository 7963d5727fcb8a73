// What a process said was persisted is there after its sudden death.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/sqlite/sqlite_store.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::testing {
namespace {

std::string key_of(std::uint64_t ticket) {
  return "k" + std::to_string(1'000'000 + ticket);
}

/// Commits two rows per ticket, several tickets at a time, and writes each persisted ticket into
/// `acknowledged`, until killed.
[[noreturn]] void write_until_killed(const std::string& directory, int acknowledged) {
  constexpr std::uint64_t kInFlight = 8;
  SystemClock clock;
  auto loop = EpollLoop::create(clock);
  SqliteStore* store = nullptr;
  std::uint64_t next = 0;
  auto commit_next = [&] {
    ++next;
    Bytes value(100, static_cast<std::uint8_t>(next));
    store->commit({.ticket = {next},
                   .writes = {{.key = key_of(next), .value = value},
                              {.key = key_of(next) + "/twin", .value = value}}});
  };
  auto opened = SqliteStore::open(
      {.directory = directory}, **loop, [&](Ticket ticket, StoreOutcome outcome, std::string) {
        if (outcome != StoreOutcome::kPersisted) ::_exit(2);
        if (::write(acknowledged, &ticket.number, sizeof ticket.number) < 0) ::_exit(3);
        commit_next();
      });
  store = opened->get();
  for (std::uint64_t i = 0; i < kInFlight; ++i) commit_next();
  (*loop)->run();
  ::_exit(4);
}

TEST(SqliteStoreCrash, EveryAcknowledgedBatchIsThereAndNoneByHalf) {
  TemporaryDirectory directory;
  for (std::uint64_t acks_wanted : {1u, 50u, 333u}) {
    std::string state = directory.file("state" + std::to_string(acks_wanted));
    int pipe_ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(pipe_ends), 0);
    pid_t child = ::fork();
    if (child == 0) write_until_killed(state, pipe_ends[1]);
    ::close(pipe_ends[1]);
    std::uint64_t last = 0;
    std::uint64_t ticket = 0;
    bool killed = false;
    while (::read(pipe_ends[0], &ticket, sizeof ticket) == sizeof ticket) {
      EXPECT_EQ(ticket, last + 1);
      last = ticket;
      if (last >= acks_wanted && !killed) killed = ::kill(child, SIGKILL) == 0;
    }
    ::close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);

    SystemClock clock;
    auto loop = EpollLoop::create(clock);
    auto store = SqliteStore::open({.directory = state}, **loop,
                                   [](Ticket, StoreOutcome, const std::string&) {});
    ASSERT_TRUE(store.ok()) << store.error().message;
    Result<StoreContents> contents = (*store)->load();
    ASSERT_TRUE(contents.ok());
    EXPECT_TRUE(contents->quarantined.empty());
    EXPECT_EQ(contents->rows.size() % 2, 0u);
    EXPECT_GE(contents->rows.size(), 2 * last);
    for (std::uint64_t i = 1; i <= last; ++i) {
      ASSERT_EQ(contents->rows[2 * (i - 1)].key, key_of(i));
      ASSERT_EQ(contents->rows[2 * (i - 1) + 1].key, key_of(i) + "/twin");
    }
  }
}

}  // namespace
}  // namespace fairlead::testing

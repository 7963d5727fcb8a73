#include "runtime/adapters/loop/epoll_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "runtime/adapters/clock/system_clock.h"

namespace fairlead {
namespace {

using ::testing::ElementsAre;

class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  WallTime wall() const override { return {}; }
  void set(Instant now) { now_ = now; }

 private:
  Instant now_;
};

/// A readable descriptor that stays readable until `clear`.
class Signal {
 public:
  Signal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Signal() { ::close(descriptor_); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  int descriptor() const { return descriptor_; }
  void raise() const { EXPECT_EQ(::eventfd_write(descriptor_, 1), 0); }
  void clear() const {
    eventfd_t value = 0;
    ::eventfd_read(descriptor_, &value);
  }

 private:
  int descriptor_;
};

class EpollLoopTest : public ::testing::Test {
 protected:
  std::unique_ptr<EpollLoop> make(EpollLoopOptions options = {}) {
    auto loop = EpollLoop::create(clock_, options);
    EXPECT_TRUE(loop.ok());
    return std::move(*loop);
  }

  ManualClock clock_;
};

TEST_F(EpollLoopTest, RunsWorkInTheOrderOfThePosts) {
  auto loop = make();
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(loop->post([&order, i] { order.push_back(i); }));
  loop->stop();
  loop->run();
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
}

TEST_F(EpollLoopTest, WorkPostedByWorkRunsInTheNextRound) {
  auto loop = make();
  std::vector<std::string> trace;
  loop->set_after_round([&] { trace.push_back("flush"); });
  ASSERT_TRUE(loop->post([&] {
    trace.push_back("first");
    EXPECT_TRUE(loop->post([&] {
      trace.push_back("second");
      loop->stop();
    }));
  }));
  loop->run();
  EXPECT_THAT(trace, ElementsAre("first", "flush", "second", "flush"));
}

TEST_F(EpollLoopTest, FullMailboxRefusesAndTakesAgainWhenDrained) {
  auto loop = make({.mailbox_events_max = 2});
  EXPECT_TRUE(loop->post([] {}));
  EXPECT_TRUE(loop->post([] {}));
  EXPECT_FALSE(loop->post([] {}));
  loop->stop();
  loop->run();
  EXPECT_TRUE(loop->post([] {}));
}

TEST_F(EpollLoopTest, ReadableDescriptorIsServedUntilItIsCleared) {
  auto loop = make();
  Signal signal;
  signal.raise();
  int calls = 0;
  loop->watch(signal.descriptor(), [&] {
    if (++calls == 3) {
      signal.clear();
      loop->stop();
    }
  });
  loop->run();
  EXPECT_EQ(calls, 3);
}

TEST_F(EpollLoopTest, HandlerMayRemoveItselfAndOthersOfTheSameRound) {
  auto loop = make();
  Signal a;
  Signal b;
  a.raise();
  b.raise();
  int calls = 0;
  Work once = [&] {
    ++calls;
    loop->unwatch(a.descriptor());
    loop->unwatch(b.descriptor());
    loop->stop();
  };
  loop->watch(a.descriptor(), once);
  loop->watch(b.descriptor(), once);
  loop->run();
  EXPECT_EQ(calls, 1);
}

TEST_F(EpollLoopTest, TimerFiresOnceItsInstantHasCome) {
  auto loop = make();
  clock_.set({1'000});
  Instant deadline{2'000};
  std::optional<Instant> fired;
  loop->set_timer([&] { return deadline; },
                  [&](Instant now) {
                    fired = now;
                    deadline = Instant::never();
                    loop->stop();
                  });
  ASSERT_TRUE(loop->post([&] {
    EXPECT_FALSE(fired.has_value());
    clock_.set({2'000});
  }));
  loop->run();
  EXPECT_EQ(fired, Instant{2'000});
}

TEST(EpollLoopTimer, WaitsForADeadlineOfTheRealClock) {
  SystemClock clock;
  auto loop = EpollLoop::create(clock);
  ASSERT_TRUE(loop.ok());
  const Instant deadline = clock.now() + milliseconds(2);
  Instant fired{};
  int rounds = 0;
  (*loop)->set_after_round([&] { ++rounds; });
  (*loop)->set_timer([&] { return deadline; },
                     [&](Instant now) {
                       fired = now;
                       (*loop)->stop();
                     });
  (*loop)->run();
  EXPECT_GE(fired, deadline);
  EXPECT_LT(rounds, 100);  // it slept, it did not spin
}

TEST_F(EpollLoopTest, PostFromAnotherThreadWakesTheLoop) {
  auto loop = make();
  constexpr int kPosts = 20'000;
  int ran = 0;  // touched by the loop's thread only
  std::thread poster([&] {
    for (int i = 0; i < kPosts; ++i) {
      while (!loop->post([&] { ++ran; })) std::this_thread::yield();
    }
    while (!loop->post([&] { loop->stop(); })) std::this_thread::yield();
  });
  loop->run();
  poster.join();
  EXPECT_EQ(ran, kPosts);
}

TEST_F(EpollLoopTest, PingPongBetweenTwoLoopsNeverLosesAWake) {
  auto left = make();
  auto right = make();
  constexpr int kTurns = 2'000;
  int turns = 0;
  std::function<void()> serve = [&] {
    EXPECT_TRUE(right->post([&] {
      EXPECT_TRUE(left->post([&] {
        if (++turns == kTurns) {
          right->stop();
          left->stop();
        } else {
          serve();
        }
      }));
    }));
  };
  ASSERT_TRUE(left->post(serve));
  std::thread other([&] { right->run(); });
  left->run();
  other.join();
  EXPECT_EQ(turns, kTurns);
}

TEST_F(EpollLoopTest, StopBeforeRunDoesOneRound) {
  auto loop = make();
  int rounds = 0;
  loop->set_after_round([&] { ++rounds; });
  loop->stop();
  loop->run();
  EXPECT_EQ(rounds, 1);
}

TEST(SystemClock, NeverGoesBackAndKnowsThisCentury) {
  SystemClock clock;
  Instant before = clock.now();
  EXPECT_GE(clock.now(), before);
  EXPECT_GT(clock.wall().unix_ms, 946'684'800'000);
}

}  // namespace
}  // namespace fairlead

// Whole masters under faults: what each life of theirs recorded of its allocator is decided the
// same once more, and by a policy that changes nothing.
#include <gtest/gtest.h>

#include <deque>

#include "simulator/chaos/world.h"
#include "simulator/replay_log/replay.h"
#include "tests/support/recorded_log.h"

namespace fairlead::chaos {
namespace {

class Recorder final : public AllocatorWatch {
 public:
  explicit Recorder(test::RecordedLog& log) : log_(log) {}
  void on_allocator_step(Instant now, const allocation::Event& event,
                         std::span<const allocation::Action> actions) override {
    log_.add(now, event, actions);
  }

 private:
  test::RecordedLog& log_;
};

TEST(RecordedLives, OfMastersUnderFaultsAreReplayedWithTheSameDecisions) {
  std::uint64_t steps = 0;
  std::uint64_t lives = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    RunOptions options{.seed = seed, .minutes = 5, .agents = 6, .frameworks = 2};
    std::deque<test::RecordedLog> logs;
    options.watch_allocator = [&logs](const MasterConfig& config) {
      return std::make_unique<Recorder>(logs.emplace_back(config.allocator));
    };
    const RunReport report = run(options);
    EXPECT_FALSE(report.violation.has_value()) << report.violation->what;
    for (const test::RecordedLog& log : logs) {
      const auto replayed = replay_log::replay(test::reading(log.bytes), no_patterns(),
                                               {.damaged = false, .policy = replay_log::Policy{}});
      ASSERT_TRUE(replayed.ok()) << replayed.error().message;
      EXPECT_EQ(replayed->events, log.steps);
      EXPECT_TRUE(replayed->is_same()) << text_of(*replayed);
      EXPECT_EQ(replayed->changes->different, 0U) << text_of(*replayed);
      EXPECT_EQ(replayed->changes->counts.answers_left_out, 0U);
      EXPECT_EQ(replayed->changes->counts.ends_left_out, 0U);
      steps += replayed->events;
      if (replayed->events > 0) ++lives;
    }
  }
  EXPECT_GT(steps, 10'000U);
  EXPECT_GT(lives, 6U) << "some masters died and others took over";
}

}  // namespace
}  // namespace fairlead::chaos

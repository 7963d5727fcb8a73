// What was recorded is decided the same once more, and what is not is told: which step, and what
// came instead.
#include "simulator/replay_log/replay.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/replay_log/recorded_history.h"
#include "tests/support/golden_file.h"

namespace fairlead::replay_log {
namespace {

Result<Report> replayed(const Bytes& log, const ReplayOptions& options = {}) {
  return replay(test::reading(log), simple_patterns(), options);
}

RC_GTEST_PROP(ReplayedLog, OfAnyHistoryHasTheSameDecisions, ()) {
  AllocatorConfig config;
  config.seed = *rc::gen::inRange<std::uint64_t>(0, 1'000);
  config.placement = static_cast<Placement>(*rc::gen::inRange(0, 4));
  if (*rc::gen::inRange(0, 4) == 0) config.mode = AllocationMode::kBatch;
  RecordedHistory history(config);
  Draw draw{.with_quotas = *rc::gen::arbitrary<bool>(),
            .with_devices = *rc::gen::arbitrary<bool>(),
            .in_batches = config.mode == AllocationMode::kBatch};
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  history.run(std::move(draw));
  const Result<Report> report = replayed(history.log.bytes);
  if (!report.ok()) RC_FAIL(report.error().message);
  RC_ASSERT(report->events == history.log.steps);
  if (!report->is_same()) RC_FAIL(text_of(*report));
}

/// Six events, of which the agent's makes one offer.
void tell_a_story(AllocatorWorld& world) {
  world.step(allocation::FrameworkAdded{{0}, {"batch"}, {{"a"}}, {}});
  world.step(allocation::FrameworkAdded{{1}, {"web"}, {{"b"}}, {}});
  world.step(allocation::DemandSet{{0}, {"a"}, {shape_of("map", 1'000, 512, 1)}});
  world.step(allocation::DemandSet{{1}, {"b"}, {}});
  world.now = world.now + milliseconds(1'500);
  world.step(allocation::AgentAdded{
      .agent = {0}, .text = agent_text("a0"), .total = cpus_and_mem(4'000, 4'096)});
  world.accept(world.offers.begin()->first, world.offers.begin()->second.resources, {});
}

TEST(ReplayedLog, IsReported) {
  RecordedHistory history({});
  tell_a_story(history.world);
  const Result<Report> report = replayed(history.log.bytes);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_TRUE(report->is_same());
  EXPECT_TRUE(test::matches_golden(
      std::string(FAIRLEAD_SOURCE_DIR) + "/tests/replay_log/golden/same.txt", text_of(*report)));
}

/// The same log with other settings in front: what another version might decide.
Bytes with_settings(const Bytes& log, const AllocatorConfig& config) {
  AllocatorLogReader reader(test::reading(log));
  AllocatorLogStart start = *reader.start();
  start.settings = settings_of(config);
  Bytes out(kAllocatorLogMark.begin(), kAllocatorLogMark.end());
  append_frame(out, encode(start));
  for (auto step = reader.next(); step->has_value(); step = reader.next()) {
    append_frame(out, encode(**step));
  }
  return out;
}

TEST(ReplayedLog, TellsTheFirstStepThatDiffers) {
  RecordedHistory history({});
  tell_a_story(history.world);
  AllocatorConfig batch;
  batch.mode = AllocationMode::kBatch;
  const Result<Report> report = replayed(with_settings(history.log.bytes, batch));
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_FALSE(report->is_same());
  EXPECT_TRUE(test::matches_golden(
      std::string(FAIRLEAD_SOURCE_DIR) + "/tests/replay_log/golden/differs.txt", text_of(*report)));
}

TEST(ReplayedLog, OfADamagedFileIsReplayedOnlyWhenAsked) {
  RecordedHistory history({});
  tell_a_story(history.world);
  Bytes torn = history.log.bytes;
  torn.resize(torn.size() - 1);
  const Result<Report> refused = replayed(torn);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("the last record is torn"), std::string::npos);
  EXPECT_NE(refused.error().message.find("hint: --damaged replays the 5 steps before it"),
            std::string::npos);
  const Result<Report> whole = replayed(torn, {.damaged = true});
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_EQ(whole->events, 5U);
  EXPECT_TRUE(whole->is_same());
  EXPECT_NE(text_of(*whole).find("damaged: record at byte "), std::string::npos);
}

TEST(ReplayedLog, OfAnotherVersionsSettingsIsRefused) {
  Bytes log(kAllocatorLogMark.begin(), kAllocatorLogMark.end());
  append_frame(log, encode(AllocatorLogStart{.settings = {{"fairness", "yes"}}}));
  const Result<Report> report = replayed(log);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace fairlead::replay_log

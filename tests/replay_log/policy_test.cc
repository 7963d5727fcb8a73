// What another policy would have decided: nothing else when it is the recorded one; what it says
// when it is another.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "simulator/files/policy_yaml.h"
#include "simulator/replay_log/replay.h"
#include "tests/replay_log/recorded_history.h"
#include "tests/support/golden_file.h"

namespace fairlead::replay_log {
namespace {

Result<Report> replayed_with(const Bytes& log, const Policy& policy) {
  return replay(test::reading(log), simple_patterns(), {.damaged = false, .policy = policy});
}

RC_GTEST_PROP(Policy, ThatChangesNothingDecidesNothingElse, ()) {
  AllocatorConfig config;
  if (*rc::gen::inRange(0, 4) == 0) config.mode = AllocationMode::kBatch;
  RecordedHistory history(config);
  Draw draw{.with_quotas = *rc::gen::arbitrary<bool>(),
            .in_batches = config.mode == AllocationMode::kBatch};
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  history.run(std::move(draw));
  const Result<Report> report = replayed_with(history.log.bytes, Policy{});
  if (!report.ok()) RC_FAIL(report.error().message);
  if (report->changes->different > 0) RC_FAIL(text_of(*report));
  RC_ASSERT(report->changes->counts.answers_left_out == 0U);
  RC_ASSERT(report->changes->counts.ends_left_out == 0U);
}

RC_GTEST_PROP(Policy, OfAnyKindIsReplayedToTheEnd, ()) {
  RecordedHistory history({});
  Draw draw{.with_quotas = *rc::gen::arbitrary<bool>()};
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  history.run(std::move(draw));
  Policy policy;
  policy.weights[role_at(0)] = *rc::gen::inRange(1, 100'000);
  if (*rc::gen::arbitrary<bool>()) policy.quotas[role_at(1)].limits[0] = 1'000;
  if (*rc::gen::arbitrary<bool>()) policy.settings.push_back({"mode", "batch"});
  policy.settings.push_back({"placement", "spread"});
  const Result<Report> first = replayed_with(history.log.bytes, policy);
  if (!first.ok()) RC_FAIL(first.error().message);
  RC_ASSERT(first->events == history.log.steps);
  RC_ASSERT(first->is_same());
  RC_ASSERT(text_of(*first) == text_of(*replayed_with(history.log.bytes, policy)));
}

/// One agent of four CPUs. Batch wants three tasks of one CPU and uses what it is offered; later
/// web wants two, then one of batch ends.
void let_batch_come_first(AllocatorWorld& world) {
  world.step(allocation::FrameworkAdded{{0}, {"batch"}, {{"a"}}, {}});
  world.step(allocation::FrameworkAdded{{1}, {"web"}, {{"b"}}, {}});
  world.step(allocation::DemandSet{{0}, {"a"}, {shape_of("map", 1'000, 512, 3)}});
  world.step(allocation::DemandSet{{1}, {"b"}, {}});
  world.step(allocation::AgentAdded{
      .agent = {0}, .text = agent_text("a0"), .total = cpus_and_mem(4'000, 4'096)});
  const auto& [id, made] = *world.offers.begin();
  world.accept(id, made.resources, {});
  world.now = world.now + seconds(2);
  world.step(allocation::DemandSet{{0}, {"a"}, {}});
  world.step(allocation::DemandSet{{1}, {"b"}, {shape_of("server", 1'000, 512, 2)}});
  world.step(allocation::HoldingFreed{{0}, {{0}, {"a"}, cpus_and_mem(1'000, 512)}});
}

/// Role a may have two CPUs: batch is offered two of the three. Its answer, which used three, finds
/// no such offer, so nothing begins; its offer stays open. Web finds both its CPUs at once instead
/// of one and then the one that batch gives back.
TEST(Policy, ALimitHoldsFromTheFirstStep) {
  RecordedHistory history({});
  let_batch_come_first(history.world);
  const Result<Policy> policy =
      parse_policy("roles:\n  - {name: a, limit: \"cpus:2\"}\n", "p.yaml");
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  const Result<Report> report = replayed_with(history.log.bytes, *policy);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_TRUE(test::matches_golden(
      std::string(FAIRLEAD_SOURCE_DIR) + "/tests/replay_log/golden/with_limit.txt",
      text_of(*report)));
}

TEST(PolicyFile, SaysWhatChangesAndLeavesTheRest) {
  const Result<Policy> policy = parse_policy(
      "roles:\n"
      "  - {name: a, weight: 2.5}\n"
      "  - {name: b, guarantee: \"cpus:1\", limit: \"cpus:4\"}\n"
      "allocator:\n"
      "  mode: batch\n"
      "  interval: 5s\n",
      "p.yaml");
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  EXPECT_EQ(policy->weights, (std::map<RoleName, std::int64_t>{{{"a"}, 2'500}}));
  EXPECT_EQ(policy->quotas, (std::map<RoleName, Quota>{{{"b"}, *parse_quota("cpus:1", "cpus:4")}}));
  EXPECT_EQ(policy->settings,
            (std::vector<AllocatorSetting>{{"mode", "batch"}, {"interval", "5s"}}));
}

TEST(PolicyFile, IsRefusedWithThePlaceOfTheMistake) {
  const auto error_of = [](std::string_view text) {
    const Result<Policy> policy = parse_policy(text, "p.yaml");
    return policy.ok() ? std::string("read") : policy.error().message;
  };
  EXPECT_EQ(
      error_of("rolez: []\n"),
      "p.yaml:1:1: unknown key \"rolez\": expected one of roles, allocator; hint: did you mean "
      "\"roles\"?");
  EXPECT_EQ(error_of("allocator:\n  mode: batches\n"),
            "p.yaml:2:9: allocator setting mode: value: expected event or batch, got \"batches\"");
  EXPECT_NE(error_of("allocator: {intervall: 1s}\n").find("did you mean \"interval\"?"),
            std::string::npos);
  EXPECT_NE(error_of("roles:\n  - {name: a, weight: 0}\n").find("p.yaml:2:23: weight: expected"),
            std::string::npos);
}

TEST(Policy, WhoseSettingsDoNotGoTogetherIsRefused) {
  RecordedHistory history({});
  const Result<Report> report =
      replayed_with(history.log.bytes, Policy{.settings = {{"interval", "2h"}}});
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("allocator configuration: interval"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::replay_log

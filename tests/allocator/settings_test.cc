// The allocator's configuration as texts: exact both ways, and a wrong one is told by its name.
#include "allocator/settings.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

/// Every field another than by default.
AllocatorConfig other_config() {
  AllocatorConfig config;
  config.seed = ~std::uint64_t{0};
  config.offer_minimum = *parse_offer_minimum("cpus:0.5|mem:1GiB;disk:2GiB");
  config.backoff_min = milliseconds(7);
  config.backoff_max = milliseconds(70);
  config.filter_max = seconds(90);
  config.accumulate_after = Duration{1'234'567'890};
  config.accumulate_max = seconds(61);
  config.placement = Placement::kFairlead;
  config.typical_tasks = {{{1'500, 1'024, 0, 0}, 4}, {{0, 0, 0, 1'000}, 2}};
  config.reclaim_after = seconds(3);
  config.reclaim_deadline = seconds(4);
  config.reclaims_for_guarantees = false;
  config.reclaims_for_priorities = false;
  config.reclaims_for_fairness = true;
  config.reclaims_per_role_max = 9;
  config.mode = AllocationMode::kBatch;
  config.interval = milliseconds(250);
  config.fair_share_excluded = {"gpus", "licenses"};
  config.lease_free = seconds(2);
  config.lease_doubling = Duration{};
  config.lease_half_life = seconds(30);
  config.lease_unanswered_max = 5;
  config.turns_per_step_max = 77;
  config.region = "north";
  return config;
}

TEST(AllocatorSettings, SayEveryFieldExactly) {
  const AllocatorConfig config = other_config();
  const std::vector<AllocatorSetting> other = settings_of(config);
  const std::vector<AllocatorSetting> usual = settings_of({});
  ASSERT_EQ(other.size(), usual.size());
  for (std::size_t i = 0; i < other.size(); ++i) {
    EXPECT_NE(other[i].value, usual[i].value) << other[i].name << " is not printed";
  }
  const Result<AllocatorConfig> read = config_of(other);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(settings_of(*read), other);
  EXPECT_EQ(read->seed, config.seed);
  EXPECT_EQ(read->accumulate_after, config.accumulate_after);
  EXPECT_EQ(read->typical_tasks, config.typical_tasks);
  EXPECT_EQ(read->offer_minimum, config.offer_minimum);
  EXPECT_EQ(read->fair_share_excluded, config.fair_share_excluded);
  EXPECT_EQ(settings_of(*config_of(usual)), usual);
}

TEST(AllocatorSettings, AreRefusedByName) {
  AllocatorConfig config;
  EXPECT_EQ(set_setting(config, "mode", "batches").error().message,
            "allocator setting mode: value: expected event or batch, got \"batches\"");
  EXPECT_EQ(set_setting(config, "sed", "1").error().code, ErrorCode::kUnsupported);
  EXPECT_FALSE(set_setting(config, "seed", "-1").ok());
  EXPECT_FALSE(set_setting(config, "seed", "").ok());
  EXPECT_FALSE(set_setting(config, "interval", "soon").ok());
  EXPECT_FALSE(set_setting(config, "typical_tasks", "cpus:1").ok());
  EXPECT_EQ(config_of({{"interval", "2h"}}).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace fairlead

#include "master/daemon/allocator_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<AllocatorConfig> config_of(const std::vector<std::string>& words) {
  FlagSet flags("program", "for a test");
  AllocatorFlags values;
  add_allocator_flags(flags, values);
  FlagOutcome outcome = flags.parse(words, [](const char*) -> const char* { return nullptr; });
  if (!outcome.run) return Error{ErrorCode::kInvalid, outcome.text};
  return allocator_of_flags(values);
}

TEST(AllocatorFlags, AreTheDefaultsOfTheAllocatorWhenNoneIsGiven) {
  Result<AllocatorConfig> config = config_of({});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->mode, AllocationMode::kEvent);
  EXPECT_EQ(config->interval, seconds(1));
  EXPECT_EQ(config->offer_minimum, default_offer_minimum());
  EXPECT_TRUE(config->fair_share_excluded.empty());
}

TEST(AllocatorFlags, SetTheModeTheIntervalTheMinimumAndWhatIsExcluded) {
  Result<AllocatorConfig> config =
      config_of({"--allocation-mode", "batch", "--allocation-interval", "5s", "--min-allocatable",
                 "cpus:1;mem:1GiB|gpus:1", "--fair-share-exclude", "gpus", "--fair-share-exclude",
                 "licenses"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->mode, AllocationMode::kBatch);
  EXPECT_EQ(config->interval, seconds(5));
  EXPECT_EQ(to_string(config->offer_minimum), "cpus:1;mem:1GiB|gpus:1");
  EXPECT_THAT(config->fair_share_excluded, ElementsAre("gpus", "licenses"));
}

TEST(AllocatorFlags, NameTheFlagThatIsWrong) {
  Result<AllocatorConfig> minimum = config_of({"--min-allocatable", "cpus:1|"});
  ASSERT_FALSE(minimum.ok());
  EXPECT_THAT(minimum.error().message, HasSubstr("--min-allocatable"));
  EXPECT_FALSE(config_of({"--allocation-mode", "sometimes"}).ok());
  EXPECT_FALSE(config_of({"--allocation-interval", "2h"}).ok());
}

}  // namespace
}  // namespace fairlead

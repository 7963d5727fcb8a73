// The SDK's durable rows.
#include "frameworks/sdk/launch_record.h"

#include <gtest/gtest.h>

namespace fairlead::sdk {
namespace {

TEST(SdkRecords, SurviveTheirEncoding) {
  const LaunchRecord record{{"agent-1"}, 18446744073709551615ULL, TaskState::kRunning, 7};
  EXPECT_EQ(decode_launch_record(encode(record)).value(), record);
  const LaunchKey key{{"job.4.12"}, 3};
  EXPECT_EQ(parse_launch_row_key(launch_row_key(key)).value(), key);
  const LifeRecord life{"batch", {77}};
  EXPECT_EQ(decode_life(encode(life)).value(), life);
  EXPECT_FALSE(decode_life(Bytes{'x'}).ok());
  EXPECT_FALSE(decode_launch_record(Bytes{1, 2, 3}).ok());
  EXPECT_FALSE(parse_launch_row_key("sdk/launch/t").ok());
}

TEST(SdkRecords, OfAnotherKindOrOfAMasterAreNotTakenForAState) {
  const StateRow life{std::string(kLifeKey), encode(LifeRecord{"batch", {77}})};
  EXPECT_TRUE(check_state({}, "batch").ok());
  EXPECT_TRUE(check_state({life, {"app/j1", {1}}}, "batch").ok());
  EXPECT_EQ(check_state({life}, "pods").error().message,
            "state: row sdk/life: expected of a framework of kind pods, got \"batch\"; hint: each "
            "framework has a place of its own");
  EXPECT_EQ(check_state({{"agent/a1", {}}}, "batch").error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace fairlead::sdk

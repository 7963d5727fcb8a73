#include "frameworks/sdk/driver/framework_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/adapters/clock/system_clock.h"

namespace fairlead::sdk {
namespace {

using ::testing::HasSubstr;

FlagOutcome parse(FrameworkFlags& values, const std::vector<std::string>& words) {
  FlagSet flags("fairlead-test", "A framework.");
  add_framework_flags(flags, values);
  return flags.parse(words, [](const char*) -> const char* { return nullptr; });
}

TEST(FrameworkFlags, BecomeWhatTheDriverIsStartedWith) {
  FrameworkFlags values{.kind = "test", .name = "test"};
  ASSERT_TRUE(parse(values, {"--master", "tcp://127.0.0.1:1", "--role", "a", "--role", "b",
                             "--state-dir", "/tmp/s", "--failover-timeout", "90s"})
                  .run);
  const auto options = driver_options(values, SystemClock());
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->master, "tcp://127.0.0.1:1");
  EXPECT_EQ(options->state_dir, "/tmp/s");
  EXPECT_EQ(options->sdk.info.kind, "test");
  EXPECT_EQ(options->sdk.info.roles, (std::vector<RoleName>{{"a"}, {"b"}}));
  EXPECT_EQ(options->sdk.info.principal.text, "anonymous");
  EXPECT_EQ(options->sdk.info.failover_timeout, seconds(90));
}

TEST(FrameworkFlags, ARoleIsRequiredUnlessTheProgramHasOne) {
  FrameworkFlags without;
  EXPECT_FALSE(parse(without, {"--master", "m", "--state-dir", "s"}).run);
  FrameworkFlags with{.roles = {"hello"}};
  EXPECT_TRUE(parse(with, {"--master", "m", "--state-dir", "s"}).run);
}

TEST(FrameworkFlags, WhatIsWrongIsSaidWithItsFlag) {
  FrameworkFlags bad_role{.roles = {"a//b"}};
  EXPECT_THAT(driver_options(bad_role, SystemClock()).error().message, HasSubstr("flag --role"));
  FrameworkFlags one_key{.roles = {"a"}, .key_file = "/tmp/key"};
  EXPECT_THAT(driver_options(one_key, SystemClock()).error().message,
              HasSubstr("--master-key-file: expected both or none"));
}

TEST(FrameworkFlags, TheStateHasOnePlace) {
  FrameworkFlags shared{.kind = "test", .name = "test"};
  ASSERT_TRUE(parse(shared, {"--master", "m", "--role", "a", "--state", "zk://z1,z2/jobs",
                             "--state-id", "s1", "--zk-credentials-file", "/tmp/c",
                             "--zk-session-timeout", "4s", "--no-supervisor"})
                  .run);
  const auto options = driver_options(shared, SystemClock());
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->zookeeper.address, "zk://z1,z2/jobs");
  EXPECT_EQ(options->zookeeper.cluster, "s1");
  EXPECT_EQ(options->zookeeper.credentials_file, "/tmp/c");
  EXPECT_EQ(options->zookeeper.session_timeout, seconds(4));
  EXPECT_TRUE(options->zookeeper.no_supervisor);
  EXPECT_THAT(driver_options({.roles = {"a"}}, SystemClock()).error().message,
              HasSubstr("--state-dir and --state: expected one of them, got \"none\""));
  shared.state_dir = "/tmp/s";
  EXPECT_THAT(driver_options(shared, SystemClock()).error().message, HasSubstr("got \"both\""));
}

TEST(SchedulerActions, WantIsTheWholeDemandOfARole) {
  SchedulerActions actions;
  actions.want({"a"}, parse_amounts("cpus:1").value(), 3);
  const auto& demand = std::get<SetDemand>(actions.orders().at(0));
  EXPECT_EQ(demand.role.text, "a");
  ASSERT_EQ(demand.shapes.size(), 1U);
  EXPECT_EQ(demand.shapes[0].count, 3U);
}

TEST(SchedulerActions, LaunchUsesOneOfferForOneTask) {
  SchedulerActions actions;
  TaskSpec task;
  task.id = {"t"};
  actions.launch({7}, task, 2);
  const auto& accept = std::get<AcceptOffers>(actions.orders().at(0));
  EXPECT_EQ(accept.offers, std::vector<OfferId>{{7}});
  ASSERT_EQ(accept.launches.size(), 1U);
  EXPECT_EQ(accept.launches[0].spec.id.text, "t");
  EXPECT_EQ(accept.launches[0].attempt, 2U);
}

}  // namespace
}  // namespace fairlead::sdk

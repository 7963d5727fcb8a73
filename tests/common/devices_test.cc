#include "common/devices.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairlead {
namespace {

Resources declared(std::string_view text) {
  return parse_resources(text).value();
}
Amounts wanted(std::string_view text) {
  return parse_amounts(text).value();
}
std::string taken(std::string_view have, std::string_view want, const char* role = "r") {
  std::optional<Resources> taken = take(declared(have), wanted(want), {role});
  return taken ? to_string(*taken) : "nothing";
}

// Device 0 has 0.5 free, device 1 all, device 2 has 0.4.
constexpr const char* kThree = "cpus:8;gpus:1.9;gpu_shares:[500-1999,2600-2999]";

TEST(Devices, AShareComesFromTheDeviceWithTheLeastThatIsEnough) {
  EXPECT_EQ(taken(kThree, "gpus:0.4"), "gpus:0.4;gpu_shares:[2600-2999]");
  EXPECT_EQ(taken(kThree, "gpus:0.45"), "gpus:0.45;gpu_shares:[500-949]");
  EXPECT_EQ(taken(kThree, "gpus:0.6"), "gpus:0.6;gpu_shares:[1000-1599]");
}

TEST(Devices, AShareOfOneDeviceIsNotMadeOfTwo) {
  EXPECT_EQ(taken("gpus:1;gpu_shares:[500-999,1500-1999]", "gpus:0.6"), "nothing");
  EXPECT_EQ(taken("gpus:1;gpu_shares:[500-999,1500-1999]", "gpus:1"), "nothing");
}

TEST(Devices, WholeOnesAreTheFreeDevicesOfTheLowestNumbers) {
  EXPECT_EQ(taken(kThree, "gpus:1"), "gpus:1;gpu_shares:[1000-1999]");
  EXPECT_EQ(taken("gpus:3.5;gpu_shares:[500-3999]", "gpus:2"), "gpus:2;gpu_shares:[1000-2999]");
  EXPECT_EQ(taken(kThree, "gpus:2"), "nothing");
}

TEST(Devices, OneAndAHalfIsNeitherAShareNorWhole) {
  EXPECT_EQ(taken("gpus:4;gpu_shares:[0-3999]", "gpus:1.5"), "nothing");
  EXPECT_FALSE(check_gpus_wanted(wanted("gpus:1.5"), "demand").ok());
  EXPECT_TRUE(check_gpus_wanted(wanted("gpus:0.5"), "demand").ok());
  EXPECT_TRUE(check_gpus_wanted(wanted("gpus:2"), "demand").ok());
  EXPECT_FALSE(check_gpus_wanted(wanted("gpus:0.5;gpu_shares:[0-499]"), "demand").ok());
}

TEST(Devices, ADeviceCanBeAskedFor) {
  EXPECT_EQ(taken(kThree, "gpus:0.4;gpu_shares:[1000-1399]"), "gpus:0.4;gpu_shares:[1000-1399]");
  EXPECT_EQ(taken(kThree, "gpus:0.4;gpu_shares:[0-399]"), "gpus:0.4;gpu_shares:[500-899]");
  EXPECT_EQ(taken(kThree, "gpus:0.6;gpu_shares:[0-599]"), "nothing");
  EXPECT_EQ(taken(kThree, "gpus:0.4;gpu_shares:[1000-1099]"), "nothing");
}

TEST(Devices, WhoWantsNoGpusGetsNoShares) {
  EXPECT_EQ(taken(kThree, "cpus:1"), "cpus:1");
  EXPECT_EQ(taken(kThree, "gpu_shares:[0-99]"), "nothing");
}

TEST(Devices, WithoutSharesGpusAreAPlainAmount) {
  EXPECT_EQ(taken("gpus:2", "gpus:1.5"), "gpus:1.5");
  EXPECT_EQ(taken("gpus:2", "gpus:0.5;gpu_shares:[0-499]"), "nothing");
}

TEST(Devices, OneDeviceMayBeReservedInPart) {
  const char* have = "gpus:0.5;gpu_shares:[500-999];gpus(ads):0.5;gpu_shares(ads):[0-499]";
  EXPECT_EQ(taken(have, "gpus:0.7", "ads"),
            "gpus:0.2;gpu_shares:[500-699];gpus(ads):0.5;gpu_shares(ads):[0-499]");
  EXPECT_EQ(taken(have, "gpus:0.7", "web"), "nothing");
  EXPECT_EQ(taken(have, "gpus:0.3", "web"), "gpus:0.3;gpu_shares:[500-799]");
}

TEST(Devices, AnAgentDeclaresAThousandValuesForEachGpu) {
  EXPECT_TRUE(check_devices(declared("gpus:2;gpu_shares:[0-999,3000-3999]"), "agent").ok());
  EXPECT_TRUE(check_devices(declared("gpus:2"), "agent").ok());
  Status wrong = check_devices(declared("gpus:2;gpu_shares:[0-1]"), "flag --resources");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("2000 values"), std::string::npos) << wrong.error().message;
  EXPECT_FALSE(check_devices(declared("gpus:1;gpu_shares:[128000-128999]"), "agent").ok());
}

TEST(Devices, ALaunchSaysOfWhichDeviceItIs) {
  Resources offered = declared("cpus:4;gpus:1.5;gpu_shares:[500-1999]");
  auto is_fine = [&](std::string_view task) {
    return check_device_use(offered, declared(task), "task").ok();
  };
  EXPECT_TRUE(is_fine("cpus:1"));
  EXPECT_TRUE(is_fine("gpus:0.5;gpu_shares:[500-999]"));
  EXPECT_TRUE(is_fine("gpus:1;gpu_shares:[1000-1999]"));
  EXPECT_FALSE(is_fine("gpus:0.5"));
  EXPECT_FALSE(is_fine("gpus:0.5;gpu_shares:[500-998]"));
  EXPECT_FALSE(is_fine("gpus:0.5;gpu_shares:[750-1249]"));
  EXPECT_FALSE(is_fine("gpus:1.5;gpu_shares:[500-1999]"));
}

TEST(Devices, WhatIsCutOffIsTheHighestNumbers) {
  Amounts some = wanted("gpus:0.7;gpu_shares:[0-499,1000-1999]");
  cut_shares_to_gpus(some);
  EXPECT_EQ(to_string(some), "gpus:0.7;gpu_shares:[0-499,1000-1199]");
  some = wanted("cpus:1;gpu_shares:[0-499]");
  cut_shares_to_gpus(some);
  EXPECT_EQ(to_string(some), "cpus:1");
}

TEST(Devices, GpusFollowTheSharesOfAPart) {
  Resources part = declared("cpus:1;gpus:0.5;gpu_shares:[0-99]");
  set_gpus_of_shares(part, declared("cpus:1;gpus:0.6;gpu_shares:[0-599]"));
  EXPECT_EQ(to_string(part), "cpus:1;gpus:0.1;gpu_shares:[0-99]");
}

// However tasks come and go, what is taken is of one device or of whole ones, and what is left says
// the same in gpus as in shares.
RC_GTEST_PROP(Devices, BothStayTogether, ()) {
  Resources left = declared("gpus:3;gpu_shares:[0-2999]");
  std::vector<Resources> running;
  for (int i = 0; i < 30; ++i) {
    if (!running.empty() && *rc::gen::inRange(0, 3) == 0) {
      add(left, running.back());
      running.pop_back();
      continue;
    }
    Amounts want;
    std::int64_t milli = *rc::gen::inRange(1, 1100);
    want.scalars[StandardScalar::kGpus] = milli < 1000 ? milli : milli / 1050 * 1000 + 1000;
    std::optional<Resources> given = take(left, want, {"r"});
    bool fits = false;
    std::size_t whole = 0;
    for (const DeviceShare& one : devices_of(left)) {
      fits = fits || one.milli >= milli;
      whole += one.milli == kDeviceMilli ? 1 : 0;
    }
    if (milli >= 1000) {
      fits = whole >= static_cast<std::size_t>(want.scalars[StandardScalar::kGpus] / 1000);
    }
    RC_ASSERT(given.has_value() == fits);
    if (!given) continue;
    RC_ASSERT(check_device_use(left, *given, "task").ok());
    subtract(left, *given);
    running.push_back(*given);
    RC_ASSERT(check_devices(left, "left").ok());
  }
}

}  // namespace
}  // namespace fairlead

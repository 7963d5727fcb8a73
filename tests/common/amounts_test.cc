#include "common/amounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairlead {
namespace {

Amounts amounts(std::string_view text) {
  return parse_amounts(text).value();
}

std::string refusal(std::string_view text) {
  Result<Amounts> parsed = parse_amounts(text);
  return parsed ? "accepted as " + to_string(*parsed) : parsed.error().message;
}

TEST(AmountsText, ReadsEveryKindAndPrintsTheShortestExactForm) {
  EXPECT_EQ(to_string(amounts("cpus:1.5;mem:2048MiB;disk:10GB;ports:[31000-32000]")),
            "cpus:1.5;mem:2GiB;disk:9765625KiB;ports:[31000-32000]");
  EXPECT_EQ(to_string(amounts("licenses:0.25; gpus:2 ;zones:{b,a};ports:[5-6,1-4,9-9]")),
            "gpus:2;licenses:0.25;ports:[1-6,9-9];zones:{a,b}");
}

TEST(AmountsText, ABareMemoryNumberIsMebibytes) {
  EXPECT_EQ(to_string(amounts("mem:64")), "mem:64MiB");
}

TEST(AmountsText, NothingIsStoredForZero) {
  EXPECT_TRUE(amounts("cpus:0;mem:0;ports:[]").is_zero());
}

TEST(AmountsText, RefusesWhatItWouldHaveToRoundAway) {
  EXPECT_EQ(
      refusal("cpus:0.0001"),
      "resources: cpus: expected a number of whole thousandths, at most 2^52, got \"0.0001\"");
  EXPECT_THAT(refusal("mem:1B"), testing::HasSubstr("mem: expected a whole number of KiB"));
  EXPECT_THAT(refusal("disk:1GB"), testing::HasSubstr("1GiB is"));
}

TEST(AmountsText, RefusesNonsenseSayingWhere) {
  EXPECT_THAT(refusal("cpus"), testing::HasSubstr("name:value pairs"));
  EXPECT_THAT(refusal("cpus:-1"), testing::HasSubstr("cpus: expected a number"));
  EXPECT_THAT(refusal("cpus:1;cpus:2"), testing::HasSubstr("each resource once"));
  EXPECT_THAT(refusal("ports:[9-3]"), testing::HasSubstr("intervals like"));
  EXPECT_THAT(refusal("ports:[1-5,4-9]"), testing::HasSubstr("do not overlap"));
  EXPECT_THAT(refusal("ports:80"), testing::HasSubstr("intervals like"));
  EXPECT_THAT(refusal("cpus:99999999999999999999"), testing::HasSubstr("cpus: expected"));
  EXPECT_THAT(refusal("mem:NaN"), testing::HasSubstr("a size like"));
  EXPECT_THAT(refusal("../x:1"), testing::HasSubstr("resource name"));
}

TEST(AmountsArithmetic, SubtractingFromTheMiddleSplitsAnInterval) {
  Amounts ports = amounts("ports:[10-20]");
  subtract(ports, amounts("ports:[13-14]"));
  EXPECT_EQ(to_string(ports), "ports:[10-12,15-20]");
  subtract(ports, amounts("ports:[10-12,15-20]"));
  EXPECT_TRUE(ports.is_zero());
}

TEST(AmountsArithmetic, ContainsLooksAtEveryResource) {
  Amounts whole = amounts("cpus:4;mem:1GiB;ports:[1-10];zones:{a,b};licenses:2");
  EXPECT_TRUE(contains(whole, amounts("cpus:4;ports:[2-3,9-10];zones:{b};licenses:2")));
  EXPECT_FALSE(contains(whole, amounts("cpus:4.001")));
  EXPECT_FALSE(contains(whole, amounts("ports:[10-11]")));
  EXPECT_FALSE(contains(whole, amounts("zones:{c}")));
  EXPECT_FALSE(contains(whole, amounts("licenses:2.001")));
  EXPECT_FALSE(contains(whole, amounts("other:1")));
}

TEST(AmountsArithmetic, CountsHowManyTasksFit) {
  Quantities whole = amounts("cpus:9;mem:18GiB").scalars;
  EXPECT_EQ(how_many_fit(whole, amounts("cpus:1;mem:4GiB").scalars, 100), 4);
  EXPECT_EQ(how_many_fit(whole, amounts("cpus:3;mem:1GiB").scalars, 2), 2);
  EXPECT_EQ(how_many_fit(whole, amounts("gpus:1").scalars, 100), 0);
}

rc::Gen<std::vector<Interval>> intervals() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>()),
      [](const std::vector<std::uint8_t>& values) {
        std::vector<Interval> all;
        for (std::uint64_t value : values) all.push_back({value, value});
        return normalized(std::move(all));
      });
}

RC_GTEST_PROP(AmountsArithmetic, AddingWhatWasSubtractedRestoresTheWhole, ()) {
  auto ranges_of = [](std::vector<Interval> all) {
    Amounts one;
    if (!all.empty()) one.ranges.push_back({"ports", std::move(all)});
    return one;
  };
  Amounts a = ranges_of(*intervals());
  Amounts b = ranges_of(*intervals());
  a.scalars[StandardScalar::kCpus] = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
  Amounts both = a;
  add(both, b);
  RC_ASSERT(contains(both, a));
  RC_ASSERT(contains(both, b));
  Amounts rest = both;
  subtract(rest, b);
  add(rest, b);
  RC_ASSERT(rest == both);
  RC_ASSERT(parse_amounts(to_string(both)).value() == both);
}

}  // namespace
}  // namespace fairlead

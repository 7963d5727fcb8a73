#include "common/offer_minimum.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

OfferMinimum minimum(const char* text) {
  Result<OfferMinimum> read = parse_offer_minimum(text);
  EXPECT_TRUE(read.ok()) << text;
  return read.ok() ? *read : OfferMinimum{};
}

bool is_enough(const char* offered, const char* least) {
  return is_large_enough(*parse_resources(offered), minimum(least));
}

TEST(OfferMinimum, AsksForAllOfOneAlternative) {
  EXPECT_TRUE(is_enough("cpus:1", "cpus:1;mem:2GiB|cpus:1"));
  EXPECT_FALSE(is_enough("cpus:1;mem:1GiB", "cpus:1;mem:2GiB|cpus:2"));
  EXPECT_TRUE(is_enough("cpus:1;mem:2GiB", "cpus:1;mem:2GiB|cpus:2"));
}

TEST(OfferMinimum, CountsLotsOfEveryKindTogether) {
  EXPECT_TRUE(is_enough("cpus:0.5;cpus(a):0.5", "cpus:1"));
}

TEST(OfferMinimum, CountsPortsAndItemsNotWhichTheyAre) {
  EXPECT_TRUE(is_enough("ports:[31000-31001];racks:{a,b}", "ports:[1-2];racks:{x}"));
  EXPECT_FALSE(is_enough("ports:[31000-31001]", "ports:[1-3]"));
  EXPECT_FALSE(is_enough("racks:{a}", "racks:{x,y}"));
}

TEST(OfferMinimum, WithoutAnyEverythingIsLargeEnough) {
  EXPECT_TRUE(is_enough("licenses:0.001", "none"));
  EXPECT_FALSE(is_enough("licenses:0.001", "cpus:0.01|mem:32MiB"));
}

TEST(OfferMinimum, IsWrittenAsItIsRead) {
  for (const char* text : {"none", "cpus:0.01|mem:32MiB", "cpus:1;mem:1GiB|gpus:1"}) {
    EXPECT_EQ(to_string(minimum(text)), text);
  }
}

TEST(OfferMinimum, RefusesEmptyAlternativesAndTooMany) {
  for (const char* text : {"", "cpus:1|", "|", "cpus:0", "cpus"}) {
    EXPECT_FALSE(parse_offer_minimum(text).ok()) << text;
  }
  std::string many = "cpus:1";
  for (std::size_t i = 0; i < kOfferMinimumsMax; ++i) many += "|cpus:1";
  EXPECT_FALSE(parse_offer_minimum(many).ok());
}

}  // namespace
}  // namespace fairlead

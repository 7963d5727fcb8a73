// SharedResources: copies name one value until one of them is changed.
#include "common/shared_resources.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

Resources cpus(std::int64_t milli) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = milli;
  return plain(amounts);
}

TEST(SharedResources, CopiesNameOneValue) {
  SharedResources one = cpus(1'000);
  SharedResources other = one;
  EXPECT_TRUE(one.is_shared_with(other));
  EXPECT_EQ(other, cpus(1'000));
}

TEST(SharedResources, WhoChangesItDoesNotChangeItForOthers) {
  SharedResources one = cpus(1'000);
  SharedResources other = one;
  add(other.edit(), cpus(500));
  EXPECT_EQ(other, cpus(1'500));
  EXPECT_EQ(one, cpus(1'000));
  EXPECT_FALSE(one.is_shared_with(other));
}

TEST(SharedResources, IsChangedWhereItIsWhenNobodyElseHasIt) {
  SharedResources one = cpus(1'000);
  const Resources* before = &*one;
  { SharedResources other = one; }
  add(one.edit(), cpus(500));
  EXPECT_EQ(&*one, before);
}

TEST(SharedResources, NothingIsTheSameHoweverItCame) {
  SharedResources taken = cpus(1'000);
  subtract(taken.edit(), cpus(1'000));
  EXPECT_TRUE(taken.is_zero());
  EXPECT_TRUE(SharedResources().is_zero());
  EXPECT_TRUE(SharedResources(Resources{}).is_zero());
  EXPECT_EQ(taken, SharedResources());
  add(taken.edit(), cpus(2'000));
  EXPECT_EQ(taken, cpus(2'000));
}

}  // namespace
}  // namespace fairlead

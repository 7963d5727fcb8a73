// A second agent with the same cgroup parent would end the first one's containers: it is refused.
#include "isolators/apply/parent_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolators/apply/apply.h"
#include "isolators/apply/host.h"

namespace fairlead::testing {
namespace {

using isolators::ParentLock;
using ::testing::HasSubstr;

class OneParent : public ::testing::Test {
 protected:
  ~OneParent() override { isolators::remove_parents(host_, parent_ + "/inner"); }

  Result<ParentLock> take(const std::string& parent) { return ParentLock::acquire(host_, parent); }

  const isolators::HostFacts host_ = isolators::detect_host().value();
  const std::string parent_ = "fairlead/test-lock-" + std::to_string(::getpid());
};

TEST_F(OneParent, IsOneAgents) {
  Result<ParentLock> first = take(parent_);
  ASSERT_TRUE(first.ok());
  Result<ParentLock> second = take(parent_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr(parent_));
  EXPECT_THAT(second.error().message, HasSubstr("--cgroup-parent"));
}

TEST_F(OneParent, HoldsNoOtherInside) {
  Result<ParentLock> outer = take(parent_);
  ASSERT_TRUE(outer.ok());
  EXPECT_EQ(take(parent_ + "/inner").error().code, ErrorCode::kConflict);
}

TEST_F(OneParent, LiesInNoOther) {
  Result<ParentLock> inner = take(parent_ + "/inner");
  ASSERT_TRUE(inner.ok());
  EXPECT_EQ(take(parent_).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(take(parent_ + "/beside").ok());
  isolators::remove_parents(host_, parent_ + "/beside");
}

TEST_F(OneParent, IsFreeWhenItsAgentHasEnded) {
  { ASSERT_TRUE(take(parent_).ok()); }
  EXPECT_TRUE(take(parent_).ok());
}

TEST_F(OneParent, GoesWithItsLockWhenNothingIsInIt) {
  Result<ParentLock> beside = take(parent_ + "-beside");  // what is above both stays
  ASSERT_TRUE(beside.ok());
  const std::string inner = isolators::parent_directories(host_, parent_ + "/inner").front();
  const std::string outer = isolators::parent_directories(host_, parent_).front();
  { ASSERT_TRUE(take(parent_ + "/inner").ok()); }
  EXPECT_NE(::access(outer.c_str(), F_OK), 0) << "made by the lock, and empty";

  ASSERT_EQ(::mkdir(outer.c_str(), 0755), 0);
  { ASSERT_TRUE(take(parent_ + "/inner").ok()); }
  EXPECT_NE(::access(inner.c_str(), F_OK), 0);
  EXPECT_EQ(::access(outer.c_str(), F_OK), 0) << "somebody else's";
}

TEST_F(OneParent, IsANameThatCgroupsMayHave) {
  EXPECT_EQ(take("../escape").error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace fairlead::testing

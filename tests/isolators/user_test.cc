#include "agent/shim/user.h"

#include <gtest/gtest.h>

namespace fairlead::shim {
namespace {

constexpr const char* kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "broken\n"
    "ann:x:1001:100:Ann,,,:/home/ann:/bin/sh\n";
constexpr const char* kGroup = "users:x:100:ann\nstaff:x:50:bob,ann\nmore:x:51:annabel\n";

TEST(UserLookup, FindsIdsAndSupplementaryGroups) {
  const Result<User> user = find_user_in("ann", kPasswd, kGroup);
  ASSERT_TRUE(user.ok()) << user.error().message;
  EXPECT_EQ(user->uid, 1001U);
  EXPECT_EQ(user->gid, 100U);
  EXPECT_EQ(user->groups, (std::vector<gid_t>{100, 50}));
}

TEST(UserLookup, TakesNumbersWithoutAnyFile) {
  EXPECT_EQ(find_user_in("7", "", "")->gid, 7U);
  EXPECT_EQ(find_user_in("7:8", "", "")->gid, 8U);
}

TEST(UserLookup, RefusesWhatIsNoUser) {
  for (const char* name :
       {"", "bob", "an", "ann:", "7:x", "-1", "4294967295", "99999999999", "broken"}) {
    EXPECT_FALSE(find_user_in(name, kPasswd, kGroup).ok()) << name;
  }
}

}  // namespace
}  // namespace fairlead::shim

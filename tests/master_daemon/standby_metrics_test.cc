#include "master/daemon/standby_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

TEST(StandbyMetrics, AreItsOwnUnderTheLeadersEpoch) {
  const HttpReply reply =
      standby_metrics({.is_caught_up = true, .leader = {{7}, "tcp://127.0.0.1:2", "http://m2:1"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("\nfairlead_master_epoch 7\n"));
  EXPECT_THAT(reply.body, HasSubstr("\nfairlead_master_leads 0\n"));
  EXPECT_THAT(reply.body, HasSubstr("\nfairlead_master_standby_caught_up 1\n"));
  EXPECT_THAT(standby_metrics({}).body, HasSubstr("\nfairlead_master_standby_caught_up 0\n"));
}

}  // namespace
}  // namespace fairlead::testing

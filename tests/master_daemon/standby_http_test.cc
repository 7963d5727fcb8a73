#include "master/daemon/standby_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kOwn = "http://127.0.0.1:1";

Standby behind(std::string leader_http) {
  return {.is_caught_up = true, .leader = {{7}, "tcp://127.0.0.1:2", std::move(leader_http)}};
}

HttpReply get(const std::string& path, const Standby& standby) {
  return standby_reply({.method = "GET", .path = path}, standby, kOwn);
}

TEST(StandbyHttp, LivesAlwaysAndIsReadyWhenCaughtUpAndNeverTheLeader) {
  EXPECT_EQ(get("/livez", {}).status, 200);
  EXPECT_EQ(get("/readyz", {}).status, 503);
  EXPECT_EQ(get("/readyz", behind("http://127.0.0.1:2")).status, 200);
  EXPECT_EQ(get("/leader", behind("http://127.0.0.1:2")).status, 503);
}

TEST(StandbyHttp, MetricsAreItsOwn) {
  HttpReply reply = get("/metrics", behind("http://127.0.0.1:2"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("\nfairlead_master_epoch 7\n"));
  EXPECT_THAT(reply.body, HasSubstr("\nfairlead_master_leads 0\n"));
  EXPECT_THAT(reply.body, HasSubstr("\nfairlead_master_standby_caught_up 1\n"));
  EXPECT_THAT(get("/metrics", {}).body, HasSubstr("\nfairlead_master_standby_caught_up 0\n"));
}

TEST(StandbyHttp, EverythingElseIsSentToTheLeaderWithItsQuery) {
  HttpRequest request{.method = "POST", .path = "/api/v1/a b", .query = {{"x", "1&2"}, {"y", ""}}};
  HttpReply reply = standby_reply(request, behind("https://m2:5051"), kOwn);
  EXPECT_EQ(reply.status, 307);
  EXPECT_EQ(reply.headers.at("location"), "https://m2:5051/api/v1/a%20b?x=1%262&y=");
  EXPECT_THAT(reply.body, HasSubstr("the leader is at https://m2:5051"));
}

TEST(StandbyHttp, WithoutALeaderOneIsAskedToTryAgain) {
  for (const Standby& standby : {Standby{}, behind(kOwn)}) {
    HttpReply reply = get("/api/v1/tasks", standby);
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.at("retry-after"), "1");
    EXPECT_THAT(reply.body, HasSubstr("no leader"));
  }
}

}  // namespace
}  // namespace fairlead::testing

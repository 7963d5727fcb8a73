#include "runtime/standby_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kOwn = "http://127.0.0.1:1";
const StandbySelf kSelf{"fairlead-batch", kOwn};

Standby behind(std::string leader_http) {
  return {.is_caught_up = true, .leader = {{7}, "tcp://127.0.0.1:2", std::move(leader_http)}};
}

HttpReply get(const std::string& path, const Standby& standby) {
  return standby_reply({.method = "GET", .path = path}, standby, kSelf);
}

TEST(StandbyHttp, LivesAlwaysAndIsReadyWhenCaughtUpAndNeverTheLeader) {
  EXPECT_EQ(get("/livez", {}).status, 200);
  EXPECT_EQ(get("/readyz", {}).status, 503);
  EXPECT_EQ(get("/readyz", behind("http://127.0.0.1:2")).status, 200);
  EXPECT_EQ(get("/leader", behind("http://127.0.0.1:2")).status, 503);
}

TEST(StandbyHttp, EverythingElseIsSentToTheLeaderWithItsQuery) {
  HttpRequest request{.method = "POST", .path = "/api/v1/a b", .query = {{"x", "1&2"}, {"y", ""}}};
  HttpReply reply = standby_reply(request, behind("https://m2:5051"), kSelf);
  EXPECT_EQ(reply.status, 307);
  EXPECT_EQ(reply.headers.at("location"), "https://m2:5051/api/v1/a%20b?x=1%262&y=");
  EXPECT_THAT(reply.body,
              HasSubstr("this fairlead-batch is a standby; the leader is at https://m2:5051"));
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

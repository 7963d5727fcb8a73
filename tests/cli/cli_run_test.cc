// `run`: what is sent, what is said, and the exit code of every ending.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/fake_cluster.h"

namespace fairlead::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr const char* kSmallAgent =
    R"({"agents":[{"id":"a-1","hostname":"agent-1","total":{"cpus":"2","mem":"1GiB"}}]})";

std::string job_of(const std::string& state, const std::string& instance) {
  return R"({"id":"j1","state":")" + state +
         R"(","version":3,"instance_count":1,"finished":0,"running":0,"failed":1,"run_ms":1200,
         "waited_ms":10,"failures":0,"why":"","tasks":[{"name":"main","instances":1,
         "resources":{"cpus":"0.1","mem":"32MiB"}}],"instances":[)" +
         instance + "]}";
}

class CliRunTest : public ::testing::Test {
 protected:
  CliRunTest() {
    cluster_.add_framework("batch", "jobs", "research");
    cluster_.reply_with("POST /api/v1/jobs", {.status = 201, .body = R"({"id":"j1"})"});
    cluster_.answer("GET /api/v1/agents", kSmallAgent);
    cluster_.answer("POST /api/v1/jobs/j1/cancel", "{}");
  }
  void job_is(const std::string& json) { cluster_.answer("GET /api/v1/jobs/j1", json); }

  FakeCluster cluster_;
};

constexpr const char* kExitSeven =
    R"({"task":"j1.main.0","phase":"failed","exit_code":7,"signal":null,"attempt":1,
    "hostname":"agent-1","reason":"COMMAND_FAILED","message":"exited with code 7"})";

TEST_F(CliRunTest, FlagsBecomeOneJobWithOneGroup) {
  job_is(job_of("finished", ""));
  const CliRun run =
      cluster_.run({"run", "--role", "research", "--cpus", "0.5", "--pids", "50", "--env", "A=b=c",
                    "--instances", "3", "--task-timeout", "90s", "--", "sh", "-c", "exit 0"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const auto sent = nlohmann::json::parse(cluster_.body_of("POST /api/v1/jobs"));
  EXPECT_EQ(sent["name"], "sh");
  EXPECT_EQ(sent["role"], "research");
  const auto& task = sent["tasks"][0];
  EXPECT_EQ(task["command"], nlohmann::json({"sh", "-c", "exit 0"}));
  EXPECT_EQ(task["instances"], 3);
  EXPECT_EQ(task["resources"]["cpus"], "0.5");
  EXPECT_EQ(task["limits"]["pids"], 50);
  EXPECT_EQ(task["env"]["A"], "b=c");
  EXPECT_EQ(task["timeout"], "90s");
}

TEST_F(CliRunTest, AFailedTaskIsExitOneAndTheLastLineSaysItsCode) {
  job_is(job_of("failed", kExitSeven));
  const CliRun run = cluster_.run({"run", "--", "sh", "-c", "exit 7"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, EndsWith("job j1 failed: task j1.main.0 exited with code 7; 0 of 1 tasks "
                                "finished\n"));
}

TEST_F(CliRunTest, TheTasksCodeIsPassedOnRequest) {
  job_is(job_of("failed", kExitSeven));
  EXPECT_EQ(cluster_.run({"run", "--exit-code-from-task", "--", "false"}).exit_code, 7);
}

TEST_F(CliRunTest, TheReasonOfALimitIsSaid) {
  job_is(job_of("failed", R"({"task":"j1.main.0","phase":"failed","exit_code":null,"signal":9,
      "reason":"MEMORY_LIMIT","message":"memory limit 64MiB exceeded"})"));
  EXPECT_THAT(cluster_.run({"run", "--", "x"}).out,
              HasSubstr("ended by signal 9, MEMORY_LIMIT: memory limit 64MiB exceeded"));
}

TEST_F(CliRunTest, ARefusedPlacementIsExitTwo) {
  cluster_.reply_with(
      "POST /api/v1/jobs",
      {.status = 409, .body = R"({"error":{"code":"conflict","message":"job cannot be placed"}})"});
  const CliRun run = cluster_.run({"run", "--", "true"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("cannot be placed"));
}

TEST_F(CliRunTest, ATaskLargerThanEveryAgentIsCancelledUnlessAllowed) {
  std::string big = job_of("finished", "");
  big.replace(big.find("32MiB"), 5, "64GiB");
  job_is(big);
  const CliRun run = cluster_.run({"run", "--", "true"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("needs cpus:0.1;mem:64GiB, more than any of 1 agents"));
  EXPECT_EQ(cluster_.body_of("POST /api/v1/jobs/j1/cancel"), "{}");
  EXPECT_EQ(cluster_.run({"run", "--allow-unplaceable", "--", "true"}).exit_code, 0);
}

TEST_F(CliRunTest, NothingIsTooLargeWhileAnAgentIsAwaitedAfterAFailover) {
  cluster_.answer("GET /api/v1/agents", R"({"agents":[
      {"id":"a-1","hostname":"agent-1","total":{"cpus":"2","mem":"1GiB"}},
      {"id":"a-2","hostname":"agent-2","total":{}}]})");
  std::string big = job_of("finished", "");
  big.replace(big.find("32MiB"), 5, "64GiB");
  job_is(big);
  EXPECT_EQ(cluster_.run({"run", "--", "true"}).exit_code, 0);
}

TEST_F(CliRunTest, WaitingEndsWithExitThreeAndTheJobGoesOn) {
  job_is(job_of("running", ""));
  const CliRun run = cluster_.run({"run", "--timeout", "1ms", "--", "sleep", "9"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, HasSubstr("continues; follow it: fairlead logs -f j1"));
  EXPECT_EQ(cluster_.body_of("POST /api/v1/jobs/j1/cancel"), "");
}

TEST_F(CliRunTest, DetachedOnlyTheNameIsSaid) {
  job_is(job_of("running", ""));
  EXPECT_EQ(cluster_.run({"run", "--detach", "--", "true"}).out,
            "job j1 submitted; hint: fairlead job show j1\n");
}

TEST_F(CliRunTest, AWrongRoleIsExplained) {
  const CliRun run = cluster_.run({"run", "--role", "reserch", "--", "true"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(run.err, HasSubstr("did you mean \"research\"?"));
}

}  // namespace
}  // namespace fairlead::cli

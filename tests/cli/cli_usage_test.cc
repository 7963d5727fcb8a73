// Bad command lines and what HTTP says, as exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_cluster.h"

namespace fairlead::cli {
namespace {

using ::testing::HasSubstr;

TEST(CliUsage, ASlipIsExplainedWithExit64) {
  const CliRun run = run_alone({"agnets"});
  EXPECT_EQ(run.exit_code, 64);
  EXPECT_THAT(run.err, HasSubstr("did you mean \"agents\"?"));
}

TEST(CliUsage, BadValuesNeverReachTheCluster) {
  EXPECT_EQ(run_alone({"run"}).exit_code, 64);
  EXPECT_EQ(run_alone({"run", "--instances", "0", "--", "true"}).exit_code, 64);
  EXPECT_THAT(run_alone({"run", "--cpus", "abc", "--", "true"}).err, HasSubstr("flag --cpus: "));
  EXPECT_EQ(run_alone({"run", "--env", "novalue", "--", "true"}).exit_code, 64);
  EXPECT_EQ(run_alone({"run", "--file", "/nonexistent.yaml"}).exit_code, 64);
  EXPECT_EQ(run_alone({"agents", "-o", "xml"}).exit_code, 64);
}

TEST(CliUsage, EveryCommandHasHelpWithAnExample) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run"},
                                             {"agents"},
                                             {"tasks"},
                                             {"job", "list"},
                                             {"logs"},
                                             {"explain"},
                                             {"service", "create"},
                                             {"dev", "up"},
                                             {"quota", "set"},
                                             {"weight", "set"},
                                             {"events"}}) {
    std::vector<std::string> with_help = words;
    with_help.push_back("--help");
    const CliRun run = run_alone(with_help);
    EXPECT_EQ(run.exit_code, 0) << words[0];
    EXPECT_THAT(run.out, HasSubstr("examples:")) << words[0];
  }
}

TEST(CliUsage, CompletionNamesCommands) {
  EXPECT_THAT(run_alone({"completion", "bash"}).out, HasSubstr("frameworks"));
}

TEST(CliUsage, NoMasterIsExitSixWithTheNextStep) {
  const CliRun nowhere = run_alone({"agents"});
  EXPECT_EQ(nowhere.exit_code, 6);
  EXPECT_THAT(nowhere.err, HasSubstr("cannot reach the master"));
  EXPECT_THAT(nowhere.err, HasSubstr("hint: fairlead dev up"));
}

TEST(CliUsage, ErrorsOfTheMasterHaveTheirExitCodes) {
  struct Case {
    int status;
    std::string code;
    int exit_code;
  };
  for (const Case& one :
       {Case{400, "invalid", 64}, Case{403, "denied", 5}, Case{404, "not_found", 4},
        Case{409, "conflict", 1}, Case{503, "unavailable", 6}}) {
    FakeCluster cluster;
    cluster.reply_with("GET /api/v1/agents",
                       {.status = one.status,
                        .body = R"({"error":{"code":")" + one.code + R"(","message":"because"}})"});
    const CliRun run = cluster.run({"agents"});
    EXPECT_EQ(run.exit_code, one.exit_code) << one.code;
    EXPECT_THAT(run.err, HasSubstr("because"));
  }
}

TEST(CliUsage, ARoleWithASlashIsOneWordOfThePath) {
  FakeCluster cluster;
  cluster.answer("POST /api/v1/roles/a/b/weight", "{}");
  EXPECT_EQ(cluster.run({"weight", "set", "a/b", "2.5"}).exit_code, 0);
  EXPECT_EQ(cluster.body_of("POST /api/v1/roles/a/b/weight"), R"({"weight":"2.5"})");
}

TEST(CliUsage, ADrainSaysItsDeadlineAndOnlyAGraceThatWasGiven) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/agents", R"({"agents":[{"id":"a-1","hostname":"agent-1"}]})");
  cluster.answer("POST /api/v1/agents/a-1/drain", "{}");
  EXPECT_EQ(cluster.run({"agent", "drain", "agent-1"}).out,
            "agent agent-1 gets no new tasks; its tasks are being killed\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/a-1/drain"),
            R"({"deadline_ms":0,"mark_gone":false})");
  EXPECT_EQ(
      cluster.run({"agent", "drain", "agent-1", "--deadline", "10m", "--grace", "30s", "--gone"})
          .out,
      "agent agent-1 gets no new tasks; what runs there after 10m is killed; then it is declared "
      "gone\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/a-1/drain"),
            R"({"deadline_ms":600000,"grace_ms":30000,"mark_gone":true})");
  const CliRun wrong = cluster.run({"agent", "drain", "agent-1", "--grace", "soon"});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_THAT(wrong.err, HasSubstr("flag --grace"));
}

TEST(CliUsage, AWindowIsScheduledForIdsAtOneTime) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/agents", R"({"agents":[{"id":"a-1","hostname":"agent-1"},
                                                     {"id":"a-2","hostname":"agent-2"}]})");
  cluster.answer("POST /api/v1/maintenance", R"({"id":"w-3-1"})");
  EXPECT_EQ(cluster
                .run({"maintenance", "schedule", "--agent", "agent-1,a-2", "--start",
                      "2023-11-14T23:13:20+01:00", "--duration", "2h", "--deadline", "10m"})
                .out,
            "window w-3-1: drained from 2023-11-14 22:13:20Z to 2023-11-15 00:13:20Z\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/maintenance"),
            R"({"agents":["a-1","a-2"],"deadline_ms":600000,"duration_ms":7200000,)"
            R"("start_unix_ms":1700000000000})");
  for (const char* start : {"tomorrow", "2023-11-14", "+2", "+-1h"}) {
    const CliRun wrong = cluster.run(
        {"maintenance", "schedule", "--agent", "a-1", "--start", start, "--duration", "2h"});
    EXPECT_EQ(wrong.exit_code, 64) << start;
    EXPECT_THAT(wrong.err, HasSubstr("flag --start"));
  }
}

TEST(CliUsage, AWindowIsCancelledByItsId) {
  FakeCluster cluster;
  cluster.answer("POST /api/v1/maintenance/w-3-1/cancel", "{}");
  EXPECT_EQ(cluster.run({"maintenance", "cancel", "w-3-1"}).out, "window w-3-1 is cancelled\n");
}

}  // namespace
}  // namespace fairlead::cli

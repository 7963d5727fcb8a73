// Listings against canned replies: the same cells as table, JSON and YAML.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/answer.h"
#include "tests/cli/fake_cluster.h"

namespace fairlead::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* kAgents = R"({"agents":[
  {"id":"a-1","hostname":"agent-1","state":"active","why":"","http_address":"127.0.0.1:1",
   "total":{"cpus":"2","mem":"2GiB","disk":"8GiB"},"used":{"cpus":"0.5","mem":"64MiB"},
   "free":{"cpus":"1.5"},"offered":{},"tasks":1,"attributes":"rack:a"},
  {"id":"a-2","hostname":"agent-2","state":"unreachable","why":"silent","total":{},"used":{},
   "free":{},"offered":{},"tasks":0,"attributes":""}]})";

TEST(CliListing, AgentsAreATable) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/agents", kAgents);
  const CliRun run = cluster.run({"agents"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(
      run.out,
      "AGENT    STATE        TASKS  USED                TOTAL                      WHY     ID\n"
      "agent-1  active           1  cpus:0.5;mem:64MiB  cpus:2;mem:2GiB;disk:8GiB  -       a-1\n"
      "agent-2  unreachable      0  -                   -                          silent  a-2\n");
}

TEST(CliListing, ADrainedAgentSaysUntilWhenOrSinceWhen) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/agents", R"({"agents":[
    {"id":"a-1","hostname":"agent-1","state":"draining","why":"an operator drains it",
     "drain":{"started_unix_ms":0,"deadline_unix_ms":1700000000000,"mark_gone":true}},
    {"id":"a-2","hostname":"agent-2","state":"drained","why":"an operator drains it",
     "drain":{"started_unix_ms":0,"deadline_unix_ms":0,"drained_unix_ms":1700000060000,
              "mark_gone":false}}]})");
  const std::string out = cluster.run({"agents"}).out;
  EXPECT_THAT(out, HasSubstr("agent-1  draining"));
  EXPECT_THAT(out, HasSubstr("an operator drains it; tasks are killed from "
                             "2023-11-14 22:13:20Z on; gone then"));
  EXPECT_THAT(out, HasSubstr("an operator drains it; empty since 2023-11-14 22:14:20Z"));
}

TEST(CliListing, WindowsOfMaintenanceNameTheirAgentsByHost) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/maintenance", R"({"windows":[
    {"id":"w-3-1","state":"scheduled","start_unix_ms":1700000000000,"duration_ms":3600000,
     "deadline_ms":600000,"grace_ms":30000,"accepted":2,"declined":0,"unanswered":1,
     "agents":[{"id":"a-1","hostname":"agent-1"},{"id":"a-9","hostname":""}]}]})");
  EXPECT_EQ(cluster.run({"maintenance", "show"}).out,
            "WINDOW  STATE      START                 END                   DEADLINE  GRACE  "
            "AGENTS       ANSWERS\n"
            "w-3-1   scheduled  2023-11-14 22:13:20Z  2023-11-14 23:13:20Z  10m       30s    "
            "agent-1,a-9  2 accepted, 1 unanswered\n");
}

TEST(CliListing, AnswersToMaintenanceSayWhoStaysAndWhy) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/maintenance", R"({"windows":[
    {"id":"w-3-1","inverse_offers":[
      {"agent":"a-1","hostname":"agent-1","framework":"f-3-1","name":"batch","answer":"declined",
       "reason":"j1.map.0 has no timeout","tasks":2},
      {"agent":"a-9","hostname":"","framework":"f-3-2","name":"pods","answer":"unanswered",
       "reason":"","tasks":0}]},
    {"id":"w-3-2","inverse_offers":[
      {"agent":"a-1","hostname":"agent-1","framework":"f-3-1","name":"batch","answer":"accepted",
       "reason":"","tasks":2}]}]})");
  EXPECT_EQ(cluster.run({"maintenance", "answers", "w-3-1"}).out,
            "WINDOW  AGENT    FRAMEWORK  NAME   ANSWER      TASKS  REASON\n"
            "w-3-1   agent-1  f-3-1      batch  declined        2  j1.map.0 has no timeout\n"
            "w-3-1   a-9      f-3-2      pods   unanswered      0  -\n");
  EXPECT_THAT(cluster.run({"maintenance", "answers"}).out, HasSubstr("w-3-2   agent-1"));
}

TEST(CliListing, JsonAndYamlHoldTheSameCells) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/agents", kAgents);
  const CliRun json = cluster.run({"agents", "-o", "json"});
  EXPECT_THAT(json.out, HasSubstr(R"("total": "cpus:2;mem:2GiB;disk:8GiB")"));
  EXPECT_THAT(json.out, HasSubstr(R"("attributes": "rack:a")"));
  const CliRun yaml = cluster.run({"agents", "-o", "yaml"});
  EXPECT_THAT(yaml.out, HasSubstr("agents:"));
  EXPECT_THAT(yaml.out, HasSubstr("attributes: \"rack:a\""));
}

TEST(CliListing, RolesShowSharesInThousandths) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/roles",
                 R"({"roles":[{"role":"a","weight":"2.5","share_milli":333,"dominant":"cpus",
                 "allocated":{"cpus":"3"},"offered":{},"frameworks":1,"tasks":3}]})");
  EXPECT_EQ(cluster.run({"roles"}).out,
            "ROLE  WEIGHT  SHARE/1000  OF    TASKS  FRAMEWORKS  ALLOCATED  OFFERED\n"
            "a     2.5            333  cpus      3           1  cpus:3     -\n");
}

TEST(CliListing, JobsOfAllBatchFrameworksAreOneList) {
  FakeCluster cluster;
  cluster.add_framework("batch", "one", "a");
  cluster.answer("GET /api/v1/jobs",
                 R"({"jobs":[{"id":"j1","state":"running","name":"sort","role":"a",
                 "instance_count":20,"finished":12,"running":4,"failed":0}]})");
  EXPECT_EQ(cluster.run({"job", "list"}).out,
            "JOB  STATE    NAME  ROLE  TASKS  DONE  RUNNING  FAILED  FRAMEWORK\n"
            "j1   running  sort  a        20    12        4       0  one\n");
}

TEST(CliListing, AnEmptyListSaysWhatToDoNext) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/agents", R"({"agents":[]})");
  EXPECT_THAT(cluster.run({"agents"}).out, HasSubstr("hint: fairlead dev up"));
}

TEST(CliListing, LogsOfAJobArePrefixedByTask) {
  FakeCluster cluster;
  cluster.add_framework("batch", "one", "a");
  cluster.answer("GET /api/v1/agents", R"({"agents":[]})");
  cluster.answer("GET /api/v1/jobs/j1",
                 R"({"id":"j1","state":"finished","instances":[{"task":"j1.main.0","agent":"a-1",
                 "agent_http":")" +
                     cluster.address() + R"(","container_path":"f/j1.main.0/1"}]})");
  cluster.reply_with("GET /api/v1/files", {.body = "one\ntwo",
                                           .content_type = "text/plain",
                                           .headers = {{"x-fairlead-offset", "0"},
                                                       {"x-fairlead-size", "7"},
                                                       {"x-fairlead-complete", "1"}}});
  const CliRun run = cluster.run({"logs", "j1"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "j1.main.0| one\nj1.main.0| two\n");
  EXPECT_EQ(cluster.run({"logs", "-f", "j1"}).out, run.out);
}

HttpReply log_of(const std::string& text) {
  return {.body = text,
          .content_type = "text/plain",
          .headers = {{"x-fairlead-offset", "0"},
                      {"x-fairlead-size", std::to_string(text.size())},
                      {"x-fairlead-complete", "1"}}};
}

std::string service_of(const FakeCluster& cluster, const std::string& name) {
  const std::string at = R"("agent":"a-1","agent_http":")" + cluster.address() + R"(",)";
  return R"({"name":")" + name + R"(","instances":[
      {"task":")" +
         name + R"(.0","number":0,)" + at + R"("container_path":"f/0/1"},
      {"task":")" +
         name + R"(.1","number":1,)" + at + R"("container_path":"f/1/1"},
      {"task":")" +
         name + R"(.2","number":2,"agent":"","container_path":""}]})";
}

TEST(CliListing, LogsOfAServiceAreThoseOfAllItsReplicas) {
  FakeCluster cluster;
  cluster.add_framework("pods", "pods", "services");
  cluster.answer("GET /api/v1/agents", R"({"agents":[]})");
  cluster.answer("GET /api/v1/services/web", service_of(cluster, "web"));
  cluster.reply_with("GET /api/v1/files", log_of("up\n"));
  for (const char* subject : {"web", "service/web"}) {
    const CliRun run = cluster.run({"logs", subject});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.out, "web.0| up\nweb.1| up\n");
  }
}

TEST(CliListing, LogsOfAReplicaAreOneTask) {
  FakeCluster cluster;
  cluster.add_framework("pods", "pods", "services");
  cluster.answer("GET /api/v1/services", R"({"services":[{"name":"web"}]})");
  cluster.answer("GET /api/v1/tasks",
                 R"({"tasks":[{"task":"web.0","state":"TASK_FINISHED","agent":"a-1",
                 "agent_http":")" +
                     cluster.address() + R"(","container_path":"f/0/1"}],"next":0})");
  cluster.reply_with("GET /api/v1/files", log_of("up\n"));
  EXPECT_EQ(cluster.run({"logs", "web.0"}).out, "up\n");
  EXPECT_EQ(cluster.run({"logs", "-f", "task/web.0"}).out, "up\n");
}

TEST(CliListing, ANameOfAJobAndAServiceIsAskedBack) {
  FakeCluster cluster;
  cluster.add_framework("batch", "batch", "a");
  cluster.add_framework("pods", "pods", "services");
  cluster.answer("GET /api/v1/agents", R"({"agents":[]})");
  cluster.answer("GET /api/v1/jobs/j1", R"({"id":"j1","state":"finished","instances":[]})");
  cluster.answer("GET /api/v1/services/j1", service_of(cluster, "j1"));
  cluster.reply_with("GET /api/v1/files", log_of("up\n"));
  const CliRun vague = cluster.run({"logs", "j1"});
  EXPECT_EQ(vague.exit_code, 64);
  EXPECT_THAT(vague.err,
              HasSubstr("got \"a job and a service\"; hint: write job/j1 or service/j1"));
  EXPECT_EQ(cluster.run({"logs", "service/j1"}).out, "j1.0| up\nj1.1| up\n");
  EXPECT_THAT(cluster.run({"logs", "job/j1"}).err, HasSubstr("no task was started yet"));
}

TEST(CliListing, LogsOfSomethingUnknownSayWhatIsNear) {
  FakeCluster cluster;
  cluster.add_framework("pods", "pods", "services");
  cluster.answer("GET /api/v1/services", R"({"services":[{"name":"frontend"}]})");
  cluster.answer("GET /api/v1/tasks", R"({"tasks":[],"next":0})");
  const CliRun near = cluster.run({"logs", "frontent"});
  EXPECT_EQ(near.exit_code, 4);
  EXPECT_THAT(near.err, HasSubstr("did you mean \"frontend\"?"));
  EXPECT_THAT(cluster.run({"logs", "elsewhere"}).err,
              HasSubstr("not known as a job, service or task"));
}

TEST(CliListing, EventsAreSentencesAndTheirFieldsStayInJson) {
  FakeCluster cluster;
  cluster.answer("GET /api/v1/cluster", R"({"epoch":4})");
  const std::string line =
      R"({"at_unix_ms":1000,"kind":"agent_added","subject":"a-1","text":"agent node-1 (a-1) joined the cluster","token":"4.1"})";
  cluster.reply_with("GET /api/v1/events",
                     {.body = line + "\n", .content_type = "application/x-ndjson"});
  EXPECT_EQ(cluster.run({"events"}).out,
            "1970-01-01 00:00:01Z  4.1  agent node-1 (a-1) joined the cluster\n");
  EXPECT_EQ(cluster.run({"events", "-o", "json"}).out, line + "\n");
}

TEST(CliListing, AJobThatTwoFrameworksHaveMustBeNamed) {
  FakeCluster cluster;
  cluster.add_framework("batch", "one", "a");
  cluster.add_framework("batch", "two", "b");
  cluster.answer("GET /api/v1/jobs/j1", R"({"id":"j1","state":"running"})");
  const CliRun vague = cluster.run({"job", "show", "j1"});
  EXPECT_EQ(vague.exit_code, 64);
  EXPECT_THAT(vague.err, HasSubstr("hint: write one/j1"));
  EXPECT_EQ(cluster.run({"job", "show", "two/j1"}).exit_code, 0);
}

TEST(Documents, YamlNestsListsAndMaps) {
  const auto document =
      nlohmann::ordered_json::parse(R"({"a":{"b":[{"c":1,"d":"x: y"},2]},"e":[]})");
  EXPECT_EQ(to_yaml(document),
            "\"a\":\n"
            "  \"b\":\n"
            "    - \"c\": 1\n"
            "      \"d\": \"x: y\"\n"
            "    - 2\n"
            "\"e\": []\n");
}

}  // namespace
}  // namespace fairlead::cli

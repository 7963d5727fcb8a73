#include "frameworks/batch/daemon/job_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::batch {
namespace {

using testing::HasSubstr;

constexpr const char* kJob = R"(name: sort
role: analytics
priority: 5
labels: {team: ads}
tasks:
  - name: map
    instances: 20
    command: [sh, -c, "sort $FAIRLEAD_TASK_INDEX"]
    env: {LC_ALL: C}
    resources: {cpus: 0.5, mem: 64MiB, ports: 2}
    limits: {cpus: 2, mem: 128MiB, pids: 50, rlimits: {nofile: 1024}}
    retries: 3
    retry_backoff: {min: 500ms, max: 8s}
    timeout: 10m
    on_unreachable: relaunch_unreachable
    constraints: ["rack=a1", "!gpu"]
  - name: merge
    command: sort -m parts/*
    resources: cpus:1;mem:1GiB
    depends_on: [map]
  - name: solve
    instances: 4
    gang: true
    command: [mpirun]
    resources: cpus:1
)";

TEST(JobYaml, ReadsEveryKey) {
  const auto job = parse_job(kJob, "sort.yaml");
  ASSERT_TRUE(job.ok()) << job.error().message;
  EXPECT_EQ(job->name, "sort");
  EXPECT_EQ(job->role.text, "analytics");
  EXPECT_EQ(job->priority, 5);
  ASSERT_EQ(job->tasks.size(), 3u);
  const TaskGroup& map = job->tasks[0];
  EXPECT_EQ(map.instances, 20u);
  EXPECT_EQ(map.command.argv.back(), "sort $FAIRLEAD_TASK_INDEX");
  EXPECT_EQ(to_string(map.resources), "cpus:0.5;mem:64MiB;ports:[1-2]");
  EXPECT_EQ(map.limits.cpu_milli, 2000);
  EXPECT_EQ(map.limits.memory_kib, 128 << 10);
  EXPECT_EQ(map.limits.pids, 50);
  EXPECT_EQ(map.limits.rlimits.size(), 1u);
  EXPECT_EQ(map.retries, 3u);
  EXPECT_EQ(map.retry_min, milliseconds(500));
  EXPECT_EQ(map.timeout, seconds(600));
  EXPECT_EQ(map.on_unreachable, OnUnreachable::kRelaunch);
  EXPECT_EQ(to_string(map.constraints[0]), "rack=a1");
  EXPECT_EQ(map.constraints[1].rule, ConstraintRule::kNotExists);
  EXPECT_EQ(job->tasks[1].command.argv,
            (std::vector<std::string>{"/bin/sh", "-c", "sort -m parts/*"}));
  EXPECT_EQ(job->tasks[1].depends_on, std::vector<std::string>{"map"});
  EXPECT_FALSE(job->tasks[1].gang);
  EXPECT_TRUE(job->tasks[2].gang);
}

TEST(JobYaml, ReadsJsonAsWell) {
  const auto job = parse_job(
      R"({"name":"a","tasks":[{"name":"t","command":["true"],"resources":{"cpus":"0.5"}}]})",
      "job");
  ASSERT_TRUE(job.ok()) << job.error().message;
  EXPECT_EQ(job->tasks[0].command.argv, std::vector<std::string>{"true"});
}

TEST(JobYaml, AnUnknownKeyIsAnErrorWithItsPlaceAndTheNearestName) {
  const auto job = parse_job(
      "name: a\n"
      "tasks:\n"
      "  - name: t\n"
      "    comand: [true]\n",
      "a.yaml");
  ASSERT_FALSE(job.ok());
  EXPECT_THAT(job.error().message, HasSubstr("a.yaml:4:5"));
  EXPECT_THAT(job.error().message, HasSubstr("comand"));
  EXPECT_THAT(job.error().message, HasSubstr("\"command\""));
}

TEST(JobYaml, SaysWhereAValueIsWrong) {
  const auto wrong = [](const std::string& line) {
    const auto job =
        parse_job("name: a\ntasks:\n  - name: t\n    command: [x]\n    resources: {cpus: 1}\n    " +
                      line + "\n",
                  "a.yaml");
    return job.ok() ? std::string("accepted") : job.error().message;
  };
  EXPECT_EQ(wrong("retries: 1"), "accepted");
  EXPECT_THAT(wrong("instances: many"), HasSubstr("a.yaml:6:16"));
  EXPECT_THAT(wrong("instances: 0"), HasSubstr("a.yaml:6"));
  EXPECT_THAT(wrong("timeout: soon"), HasSubstr("a.yaml:6"));
  EXPECT_THAT(wrong("on_unreachable: relaunch"), HasSubstr("relaunch_unreachable"));
  EXPECT_THAT(wrong("limits: {memory: 1GiB}"), HasSubstr("memory"));
  EXPECT_THAT(wrong("constraints: [\"=x\"]"), HasSubstr("rack=a1"));
  EXPECT_THAT(wrong("depends_on: [u]"), HasSubstr("\"u\""));
}

}  // namespace
}  // namespace fairlead::batch

// Small clusters through the real allocator under virtual time; numbers worked out by hand.
#include "simulator/scenario/simulation.h"

#include <gtest/gtest.h>

#include "simulator/files/scenario_yaml.h"
#include "simulator/scenario/measure.h"

namespace fairlead::scenario {
namespace {

Report run_text(const std::string& yaml) {
  const Result<Scenario> scenario = parse_scenario(yaml, "test.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario.ok() ? "" : scenario.error().message);
  const Result<std::vector<Job>> jobs = draw_jobs(*scenario);
  EXPECT_TRUE(jobs.ok());
  return run(*scenario, *jobs);
}

/// One agent of 4 cpus; a framework whose tasks need one each, for 10 s. `rest` are its other keys.
std::string four_cpus(const std::string& rest) {
  return "name: four cpus\nduration: 10m\n"
         "agents: [{name: a, resources: 'cpus:4;mem:4GiB'}]\n"
         "frameworks:\n"
         "  - name: f\n"
         "    role: r\n"
         "    shapes: [{name: task, resources: 'cpus:1;mem:1GiB', duration: 10s}]\n" +
         rest;
}

TEST(Simulation, AJobLargerThanTheClusterRunsInRounds) {
  // 10 tasks on 4 cpus: they start at 0 s, 10 s and 20 s, and the last ones end at 30 s.
  const Report report = run_text(four_cpus("    jobs: [{at: 0s, tasks: {task: 10}}]\n"));
  const FrameworkReport& f = report.frameworks[0];
  EXPECT_EQ(report.end, Instant{seconds(30).ns});
  EXPECT_EQ(f.jobs_done, 1U);
  EXPECT_EQ(f.tasks_ended, 10U);
  EXPECT_EQ(f.first_start.percentile(50), Duration{});
  EXPECT_EQ(f.all_started.percentile(50), seconds(20));
  // 4, 4 and 2 of 4 cpus: five sixths.
  EXPECT_EQ(report.used_mean[0], 833);
  EXPECT_EQ(f.agents_used, 1U);
}

TEST(Simulation, BothPoliciesStartTheSameTasksWhenNobodyElseIsThere) {
  const std::string jobs = "    jobs: [{every: 7s, count: 20, tasks: {task: 1..6}}]\n";
  const Report demand = run_text(four_cpus(jobs));
  const Report whole = run_text(four_cpus("    policy: whole-agent\n" + jobs));
  EXPECT_EQ(demand.frameworks[0].tasks_ended, whole.frameworks[0].tasks_ended);
  EXPECT_EQ(demand.frameworks[0].all_started.at, whole.frameworks[0].all_started.at);
  EXPECT_EQ(demand.frameworks[0].declines, 0U);
}

TEST(Simulation, AFrameworkAnswersAfterItsDecisionTime) {
  const Report report =
      run_text(four_cpus("    decision: 3s\n    jobs: [{at: 0s, tasks: {task: 4}}]\n"));
  EXPECT_EQ(report.frameworks[0].first_offer.percentile(100), Duration{});
  EXPECT_EQ(report.frameworks[0].first_start.percentile(100), seconds(3));
  EXPECT_EQ(report.end, Instant{seconds(13).ns});
}

TEST(Simulation, WhatComesWhileItDecidesWaitsForTheNextLook) {
  // The second job is submitted at 1 s, while offers of the first one are looked at until 3 s; only
  // then the framework says what more it wants, and looks at that until 6 s.
  const Report report =
      run_text(four_cpus("    decision: 3s\n    jobs: [{at: [0s, 1s], tasks: {task: 1}}]\n"));
  EXPECT_EQ(report.frameworks[0].first_start.percentile(0), seconds(3));
  EXPECT_EQ(report.frameworks[0].first_start.percentile(100), seconds(5));
}

TEST(Simulation, WhatIsReclaimedRunsAgain) {
  // Four tasks fill the agent for an hour. "urgent" wants 2 cpus from 10 s on; after 30 s others of
  // a lower priority are told to make room: at 40 s two of four end. They start again when urgent
  // ends at 50 s, and run for their hour.
  const Report report = run_text(
      "name: reclaims\nduration: 2h\n"
      "agents: [{name: a, resources: 'cpus:4;mem:4GiB'}]\n"
      "frameworks:\n"
      "  - name: f\n    role: r\n"
      "    shapes:\n"
      "      - {name: task, resources: 'cpus:1', duration: 1h}\n"
      "      - {name: urgent, resources: 'cpus:2', duration: 10s, priority: 1}\n"
      "    jobs: [{at: 0s, tasks: {task: 4}}, {at: 10s, tasks: {urgent: 1}}]\n");
  const FrameworkReport& f = report.frameworks[0];
  EXPECT_EQ(f.tasks_preempted, 2U);
  EXPECT_EQ(f.tasks_started, 7U);
  EXPECT_EQ(f.tasks_ended, 5U);
  EXPECT_EQ(f.jobs_done, 2U);
  EXPECT_EQ(f.first_start.percentile(100), seconds(30));
  EXPECT_EQ(report.end, Instant{seconds(3650).ns});
}

TEST(Simulation, TheYoungestOfTheLowestPriorityEndBeforeTheDeadline) {
  // f decides for 3 s: its tasks start at 3 s, 8 s and 13 s. "urgent" needs 1 cpu from 20 s on, f
  // is told at 50 s and ends "young" at 53 s: "middle" is younger, and of a higher priority.
  const Report report = run_text(
      "name: reclaims\nduration: 2h\n"
      "agents: [{name: a, resources: 'cpus:3'}]\n"
      "frameworks:\n"
      "  - name: f\n    role: r\n    decision: 3s\n"
      "    shapes:\n"
      "      - {name: old, resources: 'cpus:1', duration: 1h}\n"
      "      - {name: young, resources: 'cpus:1', duration: 30m}\n"
      "      - {name: middle, resources: 'cpus:1', duration: 20m, priority: 1}\n"
      "    jobs:\n"
      "      - {at: 0s, tasks: {old: 1}}\n"
      "      - {at: 5s, tasks: {young: 1}}\n"
      "      - {at: 10s, tasks: {middle: 1}}\n"
      "  - name: g\n    role: r\n"
      "    shapes: [{name: urgent, resources: 'cpus:1', duration: 10s, priority: 2}]\n"
      "    jobs: [{at: 20s, tasks: {urgent: 1}}]\n");
  EXPECT_EQ(report.frameworks[0].tasks_preempted, 1U);
  EXPECT_EQ(report.frameworks[1].tasks_preempted, 0U);
  EXPECT_EQ(report.frameworks[1].first_start.percentile(0), seconds(33));
  // old ends at 3603 s, undisturbed; young starts again after urgent and ends before it.
  EXPECT_EQ(report.end, Instant{seconds(3603).ns});
}

TEST(Simulation, AJobIsGivenUpAfterItsWait) {
  // 4 of 10 tasks run from 0 s; at 9 s the rest is given up; those that run end at 10 s.
  const Report report =
      run_text(four_cpus("    abandon: {wait: 9s}\n    jobs: [{at: 0s, tasks: {task: 10}}]\n"));
  const FrameworkReport& f = report.frameworks[0];
  EXPECT_EQ(f.jobs_abandoned, 1U);
  EXPECT_EQ(f.jobs_done, 0U);
  EXPECT_EQ(f.tasks_ended, 4U);
  EXPECT_EQ(f.all_started.count, 0U);
  EXPECT_EQ(report.end, Instant{seconds(10).ns});
}

TEST(Simulation, AJobIsGivenUpAfterItsTries) {
  // Each answer starts 4 tasks: at 0 s, 10 s, 20 s. After the third one 12 of 20 have started.
  const Report report =
      run_text(four_cpus("    abandon: {tries: 3}\n    jobs: [{at: 0s, tasks: {task: 20}}]\n"));
  EXPECT_EQ(report.frameworks[0].jobs_abandoned, 1U);
  EXPECT_EQ(report.frameworks[0].tasks_ended, 12U);
}

TEST(Simulation, AnIdleFrameworkOfWholeAgentsSleepsOrDeclines) {
  const std::string jobs = "    jobs: [{at: [0s, 5m], tasks: {task: 1}}]\n";
  const Report asleep = run_text(four_cpus("    policy: whole-agent\n" + jobs));
  const Report awake =
      run_text(four_cpus("    policy: whole-agent\n    when_idle: decline\n" + jobs));
  EXPECT_EQ(asleep.frameworks[0].declines, 0U);
  EXPECT_GT(awake.frameworks[0].declines, 50U);  // every 5 s for 5 minutes
  EXPECT_EQ(awake.frameworks[0].jobs_done, 2U);
  // What it refused a moment before the job came stays hidden for up to 5 s.
  EXPECT_LE(awake.frameworks[0].first_start.percentile(100), seconds(5));
}

TEST(Simulation, AJobThatFitsNowhereEndsTheRunAndIsOpen) {
  std::string yaml = four_cpus("    jobs: [{at: 0s, tasks: {task: 1}}]\n");
  yaml.replace(yaml.find("cpus:1;"), 7, "cpus:5;");
  const Report report = run_text(yaml);
  EXPECT_EQ(report.frameworks[0].jobs_running, 1U);
  EXPECT_EQ(report.frameworks[0].tasks_started, 0U);
  EXPECT_EQ(report.end, Instant{seconds(600).ns});
  // All of the cluster is free and of no use for the shape that waits.
  ASSERT_EQ(report.stranded.size(), 1U);
  EXPECT_EQ(report.stranded[0].shape, "f/task");
  EXPECT_EQ(report.stranded[0].free[0], 1'000);
}

TEST(Simulation, ALongRunOfUnknownLengthKeepsABoundedNumberOfSamples) {
  // A job every 100 s for 1,000 s, one sample a second to begin with.
  Result<Scenario> scenario =
      parse_scenario(four_cpus("    jobs: [{every: 100s, tasks: {task: 1}}]\n"), "test.yaml");
  ASSERT_TRUE(scenario.ok());
  scenario->duration = seconds(1'000);
  const std::vector<Job> jobs = *draw_jobs(*scenario);
  scenario->duration = {};
  const Report report = run(*scenario, jobs);
  EXPECT_EQ(report.end, Instant{seconds(910).ns});
  ASSERT_GT(report.samples.size(), Measure::kSamplesMax / 2);
  ASSERT_LT(report.samples.size(), Measure::kSamplesMax);
  for (std::size_t i = 0; i < report.samples.size(); ++i) {
    EXPECT_EQ(report.samples[i].shares.size(), 1U);
    if (i > 0) {
      EXPECT_GT(report.samples[i].at, report.samples[i - 1].at);
    }
  }
}

TEST(Simulation, DominantSharesOfTheDrfPaper) {
  const Result<Scenario> scenario =
      read_scenario(FAIRLEAD_SOURCE_DIR "/simulator/scenarios/drf_paper.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().message;
  const Report report = run(*scenario, *draw_jobs(*scenario));
  ASSERT_GT(report.samples.size(), 100U);
  for (const Sample& sample : report.samples) {
    // A came first and took what fitted; its first tasks end after a minute.
    if (sample.at < Instant{seconds(60).ns}) continue;
    // A: 3 x 4 GB of 18 GB, B: 2 x 3 of 9 cpus.
    ASSERT_EQ(sample.shares, (std::vector<std::int64_t>{666, 666})) << sample.at.ns;
  }
  EXPECT_EQ(report.frameworks[0].tasks_started, 4U + 3 * 9);
  EXPECT_EQ(report.frameworks[1].tasks_started, 1U + 2 * 9);
}

TEST(Simulation, TheSameSeedDecidesTheSameAndAnotherOneDoesNot) {
  Result<Scenario> scenario = read_scenario(FAIRLEAD_SOURCE_DIR "/simulator/scenarios/mixed.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().message;
  scenario->duration = seconds(3'600);
  const Report first = run(*scenario, *draw_jobs(*scenario));
  const Report second = run(*scenario, *draw_jobs(*scenario));
  EXPECT_EQ(first.hash, second.hash);
  EXPECT_GT(first.actions, 100U);
  scenario->seed = 2;
  EXPECT_NE(run(*scenario, *draw_jobs(*scenario)).hash, first.hash);
}

/// Same numbers from either compiler at every level of optimisation.
TEST(Simulation, AMillionAgentsAtAThousandthAreTheSameInEveryBuild) {
  const Result<Scenario> whole =
      read_scenario(FAIRLEAD_SOURCE_DIR "/simulator/scenarios/million.yaml");
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  const Scenario scenario = scaled(*whole, {.part = 1, .whole = 1'000});
  const std::vector<Job> jobs = *draw_jobs(scenario);
  const Report first = run(scenario, jobs);
  EXPECT_EQ(first.agents, 1'000U);
  EXPECT_EQ(first.frameworks[0].tasks_ended + first.frameworks[1].tasks_ended, 1'000'000U);
  EXPECT_EQ(first.frameworks[0].jobs_running + first.frameworks[1].jobs_running, 0U);
  EXPECT_EQ(run(scenario, jobs).hash, first.hash);
  EXPECT_EQ(first.hash, 0xb76a82cb0b670bc2U) << "a change of any decision changes it";
}

}  // namespace
}  // namespace fairlead::scenario

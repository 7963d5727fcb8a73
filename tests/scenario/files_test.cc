// What scenario files, mappings and traces may say, and how a mistake is told: file, line, column,
// what was expected, a hint.
#include <gtest/gtest.h>

#include "simulator/files/csv_file.h"
#include "simulator/files/scenario_yaml.h"
#include "simulator/files/swim.h"
#include "simulator/files/trace_mapping.h"

namespace fairlead::scenario {
namespace {

std::string trouble(const std::string& yaml) {
  const Result<Scenario> scenario = parse_scenario(yaml, "s.yaml");
  return scenario.ok() ? "none" : scenario.error().message;
}

const std::string kHead =
    "duration: 1m\n"
    "agents:\n"
    "  - {name: a, count: 2, resources: 'cpus:4;mem:8GiB'}\n";
const std::string kFramework =
    "frameworks:\n"
    "  - name: f\n"
    "    role: r\n"
    "    shapes:\n"
    "      - {name: task, resources: 'cpus:1', duration: 10s}\n";

/// A scenario whose framework has `jobs`, the line 9 of the file.
std::string with_jobs(const std::string& jobs) {
  return kHead + kFramework + "    jobs: [" + jobs + "]\n";
}

TEST(ScenarioFile, IsReadWhole) {
  const Result<Scenario> scenario = parse_scenario(
      "name: all keys\nseed: 7\nduration: 2h\n"
      "agents:\n"
      "  - {name: a, count: 2, resources: 'cpus:4;mem:8GiB', attributes: 'rack:r1', domain: "
      "{region: "
      "eu, zone: b}}\n"
      "roles:\n"
      "  - {name: r/s, weight: 2.5, guarantee: 'cpus:1', limit: 'cpus:6'}\n"
      "frameworks:\n"
      "  - name: f\n"
      "    role: r/s\n"
      "    policy: whole-agent\n"
      "    when_idle: decline\n"
      "    decision: {uniform: 1s..2s}\n"
      "    refuse: 7s\n"
      "    decline_per_mille: 5\n"
      "    abandon: {tries: 3, wait: 1h}\n"
      "    shapes:\n"
      "      - {name: task, resources: 'cpus:1;mem:1GiB', duration: {exponential: 10s}, priority: "
      "2, "
      "per_agent_max: 3, where: {rack: r1}}\n"
      "    jobs:\n"
      "      - {at: [2s, 1s], poisson: 5s, from: 10s, until: 1h, count: 9, tasks: {task: 2..4}}\n",
      "s.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().message;
  EXPECT_EQ(scenario->seed, 7U);
  EXPECT_EQ(scenario->duration, seconds(7'200));
  EXPECT_EQ(to_string(scenario->agents[0].attributes), "rack:r1;region:eu;zone:b");
  EXPECT_EQ(scenario->roles[0].weight_milli, 2'500);
  EXPECT_EQ(to_string(scenario->roles[0].quota), "guarantee cpus:1, limit cpus:6");
  const Framework& f = scenario->frameworks[0];
  EXPECT_EQ(f.policy, OfferPolicy::kWholeAgent);
  EXPECT_FALSE(f.suppress_when_idle);
  EXPECT_EQ(f.decision, (SpanLaw{Law::kUniform, seconds(1), seconds(2)}));
  EXPECT_EQ(f.refuse, seconds(7));
  EXPECT_EQ(f.decline_per_mille, 5U);
  EXPECT_EQ(f.abandon_tries, 3U);
  EXPECT_EQ(f.abandon_wait, seconds(3'600));
  const Shape& task = f.shapes[0];
  EXPECT_EQ(to_string(task.amounts), "cpus:1;mem:1GiB");
  EXPECT_EQ(task.duration, (SpanLaw{Law::kExponential, seconds(10), {}}));
  EXPECT_EQ(task.priority, 2);
  EXPECT_EQ(task.per_agent_max, 3U);
  EXPECT_EQ(task.constraints, (std::vector<Constraint>{{"rack", ConstraintRule::kEquals, "r1"}}));
  const Arrivals& jobs = f.arrivals[0];
  EXPECT_EQ(jobs.at, (std::vector<Instant>{{seconds(1).ns}, {seconds(2).ns}}));
  EXPECT_TRUE(jobs.is_poisson);
  EXPECT_EQ(jobs.from, Instant{seconds(10).ns});
  EXPECT_EQ(jobs.until, Instant{seconds(3'600).ns});
  EXPECT_EQ(jobs.count, 9U);
  EXPECT_EQ(jobs.tasks[0].count.least, 2U);
  EXPECT_EQ(jobs.tasks[0].count.most, 4U);
}

TEST(ScenarioFile, AnUnknownKeyIsNamedWithTheNearestOne) {
  EXPECT_EQ(trouble("duraton: 1m\n"),
            "s.yaml:1:1: unknown key \"duraton\": expected one of name, seed, duration, agents, "
            "roles, frameworks; hint: did you mean \"duration\"?");
}

TEST(ScenarioFile, AMissingKeyIsNamed) {
  EXPECT_EQ(trouble("duration: 1m\n"), "s.yaml:1:1: missing key \"agents\"");
  EXPECT_EQ(trouble(kHead + "frameworks: [{name: f, role: r, jobs: []}]\n"),
            "s.yaml:4:14: missing key \"shapes\"");
}

TEST(ScenarioFile, AmountsSayWhereTheyAreWrong) {
  EXPECT_EQ(trouble("duration: 1m\nagents: [{name: a, resources: 'cpus:x'}]\nframeworks: []\n"),
            "s.yaml:2:31: " + parse_resources("cpus:x").error().message);
}

TEST(ScenarioFile, ATaskOfNoShapeIsNamedWithTheNearestOne) {
  EXPECT_EQ(trouble(with_jobs("{at: 0s, tasks: {tusk: 1}}")),
            "s.yaml:9:29: unknown key \"tusk\": expected one of task; hint: did you mean "
            "\"task\"?");
}

TEST(ScenarioFile, AJobSaysWhenItComes) {
  EXPECT_EQ(trouble(with_jobs("{tasks: {task: 1}}")),
            "s.yaml:9:12: jobs: expected one of at, every, poisson");
  EXPECT_EQ(trouble(with_jobs("{every: 1s, poisson: 1s, tasks: {task: 1}}")),
            "s.yaml:9:24: every and poisson: expected one of them; hint: write two entries in the "
            "list of jobs");
  EXPECT_EQ(trouble(with_jobs("{every: 0s, tasks: {task: 1}}")),
            "s.yaml:9:20: out of range: expected 1us..365d, got \"0s\"");
}

TEST(ScenarioFile, RangesAreChecked) {
  EXPECT_EQ(trouble(with_jobs("{at: 0s, tasks: {task: 5..2}}")),
            "s.yaml:9:35: tasks: expected a number or a range like 1..10, up to 1000000000, got "
            "\"5..2\"");
  EXPECT_EQ(trouble("duration: 0s\nagents: []\nframeworks: []\n"),
            "s.yaml:1:11: out of range: expected 1ms..36500d, got \"0s\"");
}

TEST(ScenarioFile, WordsAreNamed) {
  EXPECT_EQ(
      trouble(kHead + "frameworks: [{name: f, role: r, policy: whole, shapes: [], jobs: []}]\n"),
      "s.yaml:4:41: wrong value: expected one of demand, whole-agent, got \"whole\"");
}

TEST(ScenarioFile, TwoOfOneNameAreRefusedAtTheSecond) {
  const std::string twice = "  - {name: f, role: r, shapes: [], jobs: []}\n";
  EXPECT_EQ(trouble(kHead + "frameworks:\n" + twice + twice),
            "s.yaml:6:12: name: expected names that differ, got \"f\"");
}

TEST(ScenarioFile, GuaranteesBeyondTheClusterAreRefused) {
  const std::string text =
      trouble(kHead + "roles: [{name: r, guarantee: 'cpus:9'}]\n" + kFramework + "    jobs: []\n");
  EXPECT_TRUE(text.starts_with("s.yaml: ")) << text;
  EXPECT_NE(text.find("cpus"), std::string::npos) << text;
}

TEST(Csv, SaysLineAndColumn) {
  EXPECT_EQ(Csv::parse("a,b\n1,2\n3\n", "t.csv").error().message,
            "t.csv:3:1: number of cells: expected 2, got \"1\"");
  EXPECT_EQ(Csv::parse("a,b\n1,\"x\"\n", "t.csv").error().message,
            "t.csv:2:3: quotes are not read");
  EXPECT_EQ(Csv::parse("", "t.csv").error().message, "t.csv:1:1: no line with names of columns");
  const Csv csv = Csv::parse("alpha,beta\r\n1,-2\r\n", "t.csv").value();
  EXPECT_EQ(csv.rows(), 1U);
  EXPECT_EQ(csv.number(0, 0).value(), 1);
  EXPECT_EQ(csv.number(0, 1).error().message,
            "t.csv:2:3: beta: expected a whole number, 0..4503599627370496, got \"-2\"");
  EXPECT_EQ(csv.column("bta").error().message,
            "t.csv:1:1: no column \"bta\": expected one of alpha, beta; hint: did you mean "
            "\"beta\"?");
}

constexpr std::int64_t kMiB = 1 << 20;

TEST(Swim, AMapForEvery64MiBAndAReduceForEvery256MiBShuffled) {
  const SwimJob job =
      swim_job({.map_input = 640 * kMiB, .shuffle = 257 * kMiB, .reduce_output = 100 * kMiB});
  EXPECT_EQ(job.maps, 10U);
  EXPECT_EQ(job.map_duration, seconds(5) + milliseconds(6'400));  // 64 MiB at 10 MiB/s
  EXPECT_EQ(job.reduces, 2U);
  EXPECT_EQ(job.reduce_duration, seconds(5) + milliseconds(12'850));  // 128.5 MiB
  EXPECT_EQ(job.role.text, "small");
}

TEST(Swim, AJobWithoutInputIsOneShortMap) {
  const SwimJob job = swim_job({});
  EXPECT_EQ(job.maps, 1U);
  EXPECT_EQ(job.map_duration, seconds(5));
  EXPECT_EQ(job.reduces, 0U);
}

TEST(Swim, RolesGoBySize) {
  EXPECT_EQ(swim_job({.map_input = 11 * 64 * kMiB}).role.text, "medium");
  EXPECT_EQ(swim_job({.map_input = 1'001 * 64 * kMiB}).role.text, "large");
}

TEST(Swim, TheTraceIsReadWhole) {
  const Result<Csv> csv = read_csv_file(FAIRLEAD_SOURCE_DIR "/simulator/traces/swim_fb2009_0.csv");
  ASSERT_TRUE(csv.ok()) << csv.error().message;
  const Result<Replay> replay =
      read_swim(*csv, {.agents = 1, .agent_total = parse_resources("cpus:8").value()});
  ASSERT_TRUE(replay.ok()) << replay.error().message;
  EXPECT_EQ(replay->jobs.size(), 5'894U);
  EXPECT_EQ(replay->scenario.frameworks.size(), 3U);
  std::uint64_t tasks = 0;
  for (const Job& job : replay->jobs) {
    for (const JobPart& part : job.parts) tasks += part.tasks;
  }
  EXPECT_EQ(tasks, 406'005U + 83'892U);
}

const std::string kTrace =
    "at_ms,n,cores,mem_mb,took,team\n"
    "1500,2,0.5,1024,1m30s,ads\n"
    "500,1,2,2048,0.25,web/front\n";
const std::string kMapping =
    "agents: [{name: a, resources: 'cpus:4;mem:8GiB'}]\n"
    "columns:\n"
    "  submit: {column: at_ms, unit: ms}\n"
    "  duration: {column: took, unit: m}\n"
    "  role: {column: team}\n"
    "  tasks: {column: n}\n"
    "  cpus: {column: cores}\n"
    "  mem: {column: mem_mb}\n";

Result<Replay> mapped(const std::string& trace, const std::string& mapping) {
  return read_mapped_trace(Csv::parse(trace, "t.csv").value(),
                           YamlNode::parse(mapping, "m.yaml").value());
}

TEST(Mapping, AWrongCellIsToldWithItsPlace) {
  EXPECT_EQ(mapped(kTrace, kMapping).error().message,
            "t.csv:2:17: took: expected a number of m, at most a year, got \"1m30s\"");
}

TEST(Mapping, MakesJobsByTimeAndAFrameworkOfEachRole) {
  std::string trace = kTrace;
  trace.replace(trace.find("1m30s"), 5, "1.5");
  const Result<Replay> replay = mapped(trace, kMapping);
  ASSERT_TRUE(replay.ok()) << replay.error().message;
  ASSERT_EQ(replay->jobs.size(), 2U);
  const Job& first = replay->jobs[0];
  EXPECT_EQ(first.submit, Instant{milliseconds(500).ns});
  EXPECT_EQ(first.parts[0].duration.least, seconds(15));
  EXPECT_EQ(replay->jobs[1].parts[0].tasks, 2U);
  EXPECT_EQ(replay->scenario.frameworks[0].name, "ads");
  EXPECT_EQ(replay->scenario.frameworks[1].name, "web-front");
  EXPECT_EQ(replay->scenario.frameworks[1].role.text, "web/front");
  EXPECT_EQ(to_string(replay->scenario.frameworks[0].shapes[0].amounts), "cpus:0.5;mem:1GiB");
}

TEST(Mapping, AnUnknownColumnIsNamedWithTheNearestOne) {
  std::string mapping = kMapping;
  mapping.replace(mapping.find("column: team"), 12, "column: tam");
  EXPECT_EQ(mapped(kTrace, mapping).error().message,
            "m.yaml:5:18: t.csv:1:1: no column \"tam\": expected one of at_ms, n, cores, mem_mb, "
            "took, team; hint: did you mean \"team\"?");
}

TEST(Mapping, ARequiredPropertyAndAWrongUnitAreNamed) {
  std::string mapping = kMapping;
  mapping.replace(mapping.find("  role: {column: team}\n"), 23, "");
  EXPECT_EQ(mapped(kTrace, mapping).error().message, "m.yaml:3:3: missing key \"role\"");
  mapping = kMapping;
  mapping.replace(mapping.find("unit: ms"), 8, "unit: sec");
  EXPECT_EQ(mapped(kTrace, mapping).error().message,
            "m.yaml:3:33: wrong value: expected one of s, ms, us, m, h, got \"sec\"");
}

}  // namespace
}  // namespace fairlead::scenario

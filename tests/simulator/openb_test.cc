#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "common/devices.h"
#include "simulator/openb/report.h"

namespace fairlead::openb {
namespace {

constexpr const char* kNodes =
    "node,cpu_milli,memory_mib,gpus,gpu_model\n"
    "n0,32000,65536,0,\n"
    "n1,8000,1024,2,T4\n";
constexpr const char* kPods =
    "pod,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n"
    "p0,1000,64,1,500,\n"
    "p1,1000,64,0,0,\n"
    "p2,2000,64,2,1000,T4\n";

std::string message_of(const Error& error) {
  return error.message;
}

std::string file(const std::string& name) {
  std::ifstream in(std::string(FAIRLEAD_SOURCE_DIR) + "/simulator/traces/openb/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(OpenbTrace, NodesWithGpusKnowTheirDevices) {
  Result<std::vector<Node>> nodes = read_nodes(kNodes, "nodes.csv");
  ASSERT_TRUE(nodes.ok());
  ASSERT_EQ(nodes->size(), 1U);
  EXPECT_EQ(to_string((*nodes)[0].total), "cpus:8;mem:1GiB;gpus:2;gpu_shares:[0-1999]");
  EXPECT_EQ((*nodes)[0].gpu_model, "T4");
}

TEST(OpenbTrace, PodsWantAShareOfOneGpuOrWholeOnes) {
  Result<std::vector<Pod>> pods = read_pods(kPods, "pods.csv");
  ASSERT_TRUE(pods.ok());
  EXPECT_EQ(to_string((*pods)[0].want), "cpus:1;mem:64MiB;gpus:0.5");
  EXPECT_EQ(to_string((*pods)[1].want), "cpus:1;mem:64MiB");
  EXPECT_EQ(to_string((*pods)[2].want), "cpus:2;mem:64MiB;gpus:2");
  EXPECT_EQ((*pods)[2].gpu_model, "T4");
}

TEST(OpenbTrace, WhatIsWrongIsNamedByFileLineAndColumn) {
  std::string text = kPods;
  text += "p3,many,64,0,0,\n";
  Result<std::vector<Pod>> pods = read_pods(text, "pods.csv");
  ASSERT_FALSE(pods.ok());
  EXPECT_EQ(message_of(pods.error()),
            "pods.csv:5:4: cpu_milli: expected a whole number, 0..1000000000, got \"many\"");
  pods = read_pods("pod,cpu_milli\np0,1\n", "pods.csv");
  ASSERT_FALSE(pods.ok());
  EXPECT_EQ(message_of(pods.error()),
            "pods.csv:1:1: no column \"memory_mib\": expected one of pod, cpu_milli");
  Result<std::vector<Node>> nodes = read_nodes("node,gpus\nn0\n", "nodes.csv");
  ASSERT_FALSE(nodes.ok());
  EXPECT_EQ(message_of(nodes.error()), "nodes.csv:2:1: number of cells: expected 2, got \"1\"");
  pods = read_pods("pod,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\np,1,1,1,0,\n", "p");
  ASSERT_FALSE(pods.ok());
  EXPECT_EQ(message_of(pods.error()),
            "p:2:9: gpu_milli: expected 1..1000, as num_gpu is 1, got \"0\"");
}

TEST(OpenbTrace, TheFilesHoldWhatTheirReadmeSays) {
  Result<std::vector<Node>> nodes = read_nodes(file("nodes.csv"), "nodes.csv");
  Result<std::vector<Pod>> pods = read_pods(file("pods_default.csv"), "pods_default.csv");
  Result<Published> published = read_published(file("published_default.csv"), "published.csv");
  ASSERT_TRUE(nodes.ok() && pods.ok() && published.ok());
  EXPECT_EQ(nodes->size(), 1'213U);
  std::int64_t gpu_milli = 0;
  for (const Node& node : *nodes) gpu_milli += node.gpu_milli;
  EXPECT_EQ(gpu_milli, 6'212'000);
  EXPECT_EQ(pods->size(), 8'152U);
  EXPECT_EQ(published->at("06-FGD").at(42), 9'529);
  EXPECT_EQ(typical_tasks(*pods).size(), 151U);
}

/// Three machines of two GPUs, and pods of 0.7 and 0.3 in turn.
Trace small() {
  Trace trace;
  std::string nodes = "node,cpu_milli,memory_mib,gpus,gpu_model\n";
  for (int i = 0; i < 3; ++i) nodes += "n" + std::to_string(i) + ",64000,65536,2,\n";
  std::string pods = "pod,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n";
  for (int i = 0; i < 3; ++i) pods += "p,1000,64,1,700,\np,1000,64,1,300,\n";
  trace.nodes = read_nodes(nodes, "nodes").value();
  trace.pods = read_pods(pods, "pods").value();
  return trace;
}

TEST(OpenbExperiment, PodsComeUntilTheyWantSoMuchInAnOrderOfTheSeed) {
  const Trace trace = small();
  std::int64_t wanted = 0;
  for (std::size_t pod : arrivals(trace, 130, 1)) wanted += trace.pods[pod].gpu_milli();
  EXPECT_GE(wanted, 7'800);
  EXPECT_LT(wanted, 7'800 + 700);
  EXPECT_EQ(arrivals(trace, 130, 1), arrivals(trace, 130, 1));
  EXPECT_NE(arrivals(trace, 130, 1), arrivals(trace, 130, 2));
}

TEST(OpenbExperiment, WhatFitsNowhereIsDroppedAndTheRestIsHeld) {
  const Trace trace = small();
  for (Placement placement :
       {Placement::kBestFit, Placement::kSpread, Placement::kFragmentation, Placement::kFairlead}) {
    SeedResult result = run(trace, {.placement = placement}, 7);
    EXPECT_EQ(result.gpu_milli_total, 6'000);
    EXPECT_GE(result.gpu_milli_arrived, 7'800);
    EXPECT_LE(result.gpu_milli_allocated, 6'000);
    // Six devices hold a 0.7 each, or more of the small ones.
    EXPECT_GE(result.gpu_milli_allocated, 6 * 700) << to_string(placement);
    EXPECT_EQ(result.pods_placed + result.pods_dropped, arrivals(trace, 130, 7).size());
    EXPECT_GT(result.pods_dropped, 0U);
  }
}

TEST(OpenbReport, MeansAreRoundedAndStandBesideWhatIsPublished) {
  Report report;
  report.seeds = {{.seed = 42, .gpu_milli_total = 1'000, .gpu_milli_allocated = 951},
                  {.seed = 43, .gpu_milli_total = 1'000, .gpu_milli_allocated = 960}};
  report.published["06-FGD"] = {{42, 9'529}, {43, 9'532}};
  EXPECT_EQ(line_of(report.seeds[0]),
            "seed 42: 95.10 % of the GPUs allocated, 0 pods placed, 0 dropped");
  EXPECT_EQ(summary_of(report),
            "mean of 2: 95.55 %, placement fairlead, which knows the pod list\n"
            "published, by the paper's own simulator:\n"
            "  06-FGD            95.31 %\n");
  EXPECT_NE(json_of(report).find("\"mean_allocated_percent\":95.55"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::openb

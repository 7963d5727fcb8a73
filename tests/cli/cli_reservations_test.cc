// Reservations and volumes at the command line: what is sent, and what people read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_cluster.h"

namespace fairlead::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* kReservedAgents = R"({"agents":[{"id":"n1-1","hostname":"n1","state":"active",
  "reservations":[
    {"role":"web/shop","resources":{"cpus":"2"},"levels":[
      {"role":"web","by_operation":false},
      {"role":"web/shop","by_operation":true,"principal":"ops"}]},
    {"role":"web","resources":{"disk":"1GiB"},"volume":{"id":"db","path":"data/db"},"levels":[
      {"role":"web","by_operation":true,"principal":"ops"}]}],
  "missing":[
    {"role":"ads","resources":{"cpus":"1"},"levels":[
      {"role":"ads","by_operation":true,"principal":"ops"}]}],
  "destroying":[
    {"role":"ads","resources":{"disk":"2GiB"},"volume":{"id":"log","path":"log"},"levels":[
      {"role":"ads","by_operation":true,"principal":"ops"}]}]}]})";

FakeCluster& with_agents(FakeCluster& cluster) {
  cluster.answer("GET /api/v1/agents", kReservedAgents);
  for (const char* verb : {"reserve", "unreserve", "create_volume", "destroy_volume"}) {
    cluster.answer("POST /api/v1/agents/n1-1/" + std::string(verb), "{}");
  }
  return cluster;
}

TEST(CliReservations, ReserveNamesTheAgentByItsHost) {
  FakeCluster cluster;
  with_agents(cluster);
  EXPECT_EQ(cluster.run({"reserve", "n1", "cpus:2", "--role", "web/shop", "--from", "web"}).out,
            "agent n1: cpus:2 is reserved for role web/shop\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/n1-1/reserve"),
            R"({"from":"web","resources":"cpus:2","role":"web/shop"})");
  EXPECT_EQ(cluster.run({"unreserve", "n1", "cpus:2", "--role", "web/shop"}).out,
            "agent n1: cpus:2 is not reserved for role web/shop any more\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/n1-1/unreserve"),
            R"({"resources":"cpus:2","role":"web/shop"})");
}

TEST(CliReservations, VolumesAreMadeAndDestroyed) {
  FakeCluster cluster;
  with_agents(cluster);
  EXPECT_EQ(cluster
                .run({"volume", "create", "n1", "db", "--role", "web", "--size", "1GiB", "--path",
                      "data/db"})
                .out,
            "agent n1: role web has volume db of 1GiB\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/n1-1/create_volume"),
            R"({"id":"db","path":"data/db","role":"web","size":"1GiB"})");
  cluster.run({"volume", "create", "n1", "set", "--role", "web", "--size", "1GiB", "--path", "set",
               "--shared"});
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/n1-1/create_volume"),
            R"({"id":"set","path":"set","role":"web","shared":true,"size":"1GiB"})");
  EXPECT_EQ(cluster.run({"volume", "destroy", "n1", "db", "--role", "web"}).out,
            "agent n1: volume db of role web is being destroyed; its disk stays reserved\n");
  EXPECT_EQ(cluster.body_of("POST /api/v1/agents/n1-1/destroy_volume"),
            R"({"id":"db","role":"web"})");
}

TEST(CliReservations, TheListingSaysWhoMadeThemAndWhatIsMissingOrOnItsWayOut) {
  FakeCluster cluster;
  with_agents(cluster);
  EXPECT_EQ(
      cluster.run({"reservations"}).out,
      "AGENT  ROLE      RESOURCES  VOLUME         MADE                                 STATE\n"
      "n1     web/shop  cpus:2     -              by ops, within web by configuration  there\n"
      "n1     web       disk:1GiB  db at data/db  by ops                               there\n"
      "n1     ads       cpus:1     -              by ops                               missing\n"
      "n1     ads       disk:2GiB  log at log     by ops                               being "
      "destroyed\n");
  EXPECT_EQ(cluster.run({"reservations", "other"}).out, "nothing is reserved\n");
}

TEST(CliReservations, TheRoleIsSaid) {
  const CliRun slip = run_alone({"reserve", "n1", "cpus:2"});
  EXPECT_EQ(slip.exit_code, 64);
  EXPECT_THAT(slip.err, HasSubstr("--role"));
}

}  // namespace
}  // namespace fairlead::cli

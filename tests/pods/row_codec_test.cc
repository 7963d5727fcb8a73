#include "frameworks/pods/row_codec.h"

#include <gtest/gtest.h>

namespace fairlead::pods {
namespace {

constexpr RowClock kClock{.now = {5'000'000'000}, .wall = {1'000'000}};

Service full_service() {
  Service service;
  service.generation = 7;
  service.removing = true;
  service.created_at = {123};
  ServiceSpec& spec = service.spec;
  spec.name = "web";
  spec.role = {"a/b"};
  spec.replicas = 3;
  spec.shape.command = {.argv = {"server", ""},
                        .environment = {{"A", "1"}},
                        .user = "www",
                        .working_directory = "/srv"};
  spec.shape.resources = parse_amounts("cpus:0.5;mem:64MiB;ports:[1-2]").value();
  spec.shape.limits.cpu_milli = 1'000;
  spec.shape.limits.rlimits = {{"nofile", 1, 1'024}};
  spec.labels = {{"app", "web"}};
  spec.constraints = {{"rack", ConstraintRule::kNotEquals, "r1"}};
  spec.readiness = Readiness{.port_index = 1, .initial_delay = seconds(3)};
  spec.spread = false;
  spec.per_agent_max = 2;
  return service;
}

Replica full_replica() {
  Replica replica;
  replica.number = 300;
  replica.generation = 7;
  replica.state = ReplicaState::kRunning;
  replica.since = Instant{} + seconds(2);
  replica.ready = true;
  replica.attempt = 4;
  replica.restarts = 3;
  replica.agent = {"a1"};
  replica.agent_http = "127.0.0.1:5051";
  replica.reason = TaskReason::kMemoryLimit;
  replica.ports = {31'000, 31'001};
  return replica;
}

TEST(PodsRows, AServiceComesBackAsItWas) {
  const Service service = full_service();
  const auto back = decode_service(encode_service(service));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(service.spec, back->spec);
  EXPECT_EQ(7U, back->generation);
  EXPECT_TRUE(back->removing);
  EXPECT_EQ(123, back->created_at.unix_ms);
}

TEST(PodsRows, AReplicaComesBackAsItWas) {
  const auto back = decode_replica(encode_replica(full_replica(), kClock), kClock);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(full_replica(), *back);
}

TEST(PodsRows, ItsAgeOutlivesTheLifeThatWroteIt) {
  const Bytes row = encode_replica(full_replica(), kClock);
  const RowClock later{.now = Instant{} + seconds(1), .wall = {kClock.wall.unix_ms + 10'000}};
  EXPECT_EQ(seconds(13), later.now - decode_replica(row, later)->since);
  const RowClock backwards{.now = Instant{} + seconds(1), .wall = {0}};
  EXPECT_EQ(backwards.now, decode_replica(row, backwards)->since);
}

TEST(PodsRows, EveryCutRowIsRefused) {
  const Bytes service = encode_service(full_service());
  for (std::size_t size = 0; size < service.size(); ++size) {
    EXPECT_FALSE(decode_service(BytesView(service.data(), size)).ok()) << size;
  }
  const Bytes replica = encode_replica(full_replica(), kClock);
  for (std::size_t size = 0; size < replica.size(); ++size) {
    EXPECT_FALSE(decode_replica(BytesView(replica.data(), size), kClock).ok()) << size;
  }
}

TEST(PodsRows, ANewerFormatIsUnsupported) {
  Bytes row = encode_number(5);
  EXPECT_EQ(5U, decode_number(row).value());
  row.front() = 3;
  EXPECT_EQ(ErrorCode::kUnsupported, decode_number(row).error().code);
}

}  // namespace
}  // namespace fairlead::pods

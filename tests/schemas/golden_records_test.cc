// One record of each store, byte for byte, in tests/golden/schemas/*.hex: what one version wrote
// the next one has to read. After a deliberate change: FAIRLEAD_REWRITE=1 ctest -R GoldenBytes
#include "schemas/allocator_log_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/registry_codec.h"
#include "tests/schemas/golden_bytes.h"

namespace fairlead {
namespace {

TEST(GoldenBytes, RegistryRecord) {
  RegistryRecord stored = AgentRecord{.id = {"a1"},
                                      .hostname = "host",
                                      .principal = {"ops"},
                                      .standing = AgentStanding::kUnreachable,
                                      .deactivated = true,
                                      .since = {1'700'000'000'000}};
  auto read = decode_registry_record("agent/a1", golden("registry_record", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

TEST(GoldenBytes, RegistryRecordOfADrain) {
  RegistryRecord stored = DrainRecord{.agent = {"a1"},
                                      .started = {1'700'000'000'000},
                                      .deadline = seconds(600),
                                      .grace = seconds(30),
                                      .mark_gone = true,
                                      .drained = {1'700'000'060'000},
                                      .window = {"w-3-1"}};
  auto read = decode_registry_record("drain/a1", golden("registry_drain", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

TEST(GoldenBytes, RegistryRecordOfAGang) {
  RegistryRecord stored =
      GangRecord{.id = {"g-3-1"}, .framework = {"f1"}, .agents = {{"a1"}, {"a2"}}};
  auto read = decode_registry_record("gang/g-3-1", golden("registry_gang", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

TEST(GoldenBytes, RegistryRecordOfAWindow) {
  RegistryRecord stored = WindowRecord{.id = {"w-3-1"},
                                       .agents = {{"a1"}, {"a2"}},
                                       .start = {1'700'000'000'000},
                                       .duration = seconds(7'200),
                                       .deadline = seconds(600),
                                       .grace = seconds(30),
                                       .has_begun = true};
  auto read =
      decode_registry_record("window/w-3-1", golden("registry_window", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

TEST(GoldenBytes, RegistryRecordOfAQuota) {
  RegistryRecord stored = QuotaRecord{
      .role = {"analytics"},
      .quota = {.guarantees = {4'000, 8LL << 30, 0, 0}, .limits = {8'000, kNoLimit, kNoLimit, 0}}};
  auto read =
      decode_registry_record("quota/analytics", golden("registry_quota", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

TEST(GoldenBytes, RegistryRecordOfReservations) {
  RegistryRecord stored = ReservationsRecord{
      .agent = {"a1"},
      .converted =
          parse_resources("cpus(eng,eng/ads@alice):2;disk(eng){volume:db:data}:1GiB").value(),
      .destroying = {{{"eng"}, "db"}}};
  auto read = decode_registry_record("reservations/a1",
                                     golden("registry_reservations", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

TEST(GoldenBytes, CheckpointRecord) {
  CheckpointRecord stored = TaskRecord{.launch = launch(),
                                       .master_session = {77},
                                       .epoch = {3},
                                       .container = "c1",
                                       .phase = LaunchPhase::kExited,
                                       .shim_pid = 4'711,
                                       .shim_start_ticks = 123'456,
                                       .kill_requested = true,
                                       .kill_reason = TaskReason::kKilledByFramework,
                                       .update_next = 5,
                                       .unacknowledged = {status()},
                                       .latest = status()};
  auto read =
      decode_checkpoint_record("task/c1", golden("checkpoint_record", encode(stored).value));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, stored);
}

std::vector<allocation::Event> allocator_events() {
  const FrameworkCapabilities can{.revocable = true, .region_aware = true};
  const std::map<RoleName, OfferMinimum> minimums = {{{"a"}, {{all_amounts()}}}};
  const Constraint constraint{"rack", ConstraintRule::kMatches, "r."};
  const std::vector<RoleConstraints> constraints = {{{"a"}, {{constraint}}}};
  const DemandShape shape{.name = "web",
                          .amounts = all_amounts(),
                          .count = 3,
                          .constraints = {constraint},
                          .priority = -1,
                          .gang_size = 2,
                          .per_agent_max = 1,
                          .revocable = true,
                          .prefer = {constraint}};
  const Holding holding{{2}, {"a/b"}, all_resources(), 7};
  return {allocation::AgentAdded{
              .agent = {1},
              .text = AgentText({.id = "a1", .hostname = "host", .http_address = "h:1"}),
              .total = all_resources(),
              .attributes = attributes(),
              .holdings = {holding},
              .offers_paused = true},
          allocation::AgentChanged{{1}, all_resources(), attributes()},
          allocation::AgentRemoved{{1}},
          allocation::AgentPaused{{1}, "disk"},
          allocation::AgentResumed{{1}},
          allocation::FrameworkAdded{
              {2}, {"f2"}, {{"a"}, {"b"}}, {{"b"}}, false, minimums, can, constraints},
          allocation::FrameworkChanged{{2}, {{"a"}}, {}, minimums, can, constraints},
          allocation::FrameworkActivated{{2}, true},
          allocation::FrameworkRemoved{{2}},
          allocation::DemandSet{{2}, {"a"}, {shape}},
          allocation::OfferResolved{.offer = {9},
                                    .used = all_resources(),
                                    .refuse_for = milliseconds(-1),
                                    .declined = true,
                                    .priorities = {{4, {1, 2, 3, 4}}},
                                    .expired = true},
          allocation::HoldingFreed{{1}, holding},
          allocation::RolesSuppressed{{2}, {{"a"}}},
          allocation::RolesRevived{{2}, {{"a"}}},
          allocation::WeightSet{{"a"}, 2'500},
          allocation::QuotaSet{{"a"}, {{1, 2, 3, 4}, {5, 6, kNoLimit, 7}}, true},
          allocation::TimePassed{},
          allocation::WhitelistSet{{{"h1", "h2"}}},
          allocation::WhitelistSet{},
          allocation::AgentsAwaited{true}};
}

TEST(GoldenBytes, AllocatorLogStart) {
  const AllocatorLogStart sent{.program = "0.1.0",
                               .cluster = {"c1"},
                               .epoch = {3},
                               .at = {1'700'000'000'000},
                               .offer_hold_max = seconds(30),
                               .settings = {{"seed", "7"}, {"mode", "batch"}}};
  auto read = decode_allocator_log_record(golden("allocator_log_start", encode(sent)));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(std::get<AllocatorLogStart>(*read), sent);
}

TEST(GoldenBytes, AllocatorLogSteps) {
  Bytes all;
  for (const allocation::Event& event : allocator_events()) {
    const Bytes one = encode(AllocatorLogStep{Instant{5}, event, 2, 0x0123456789abcdef});
    auto read = decode_allocator_log_record(one);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(std::get<AllocatorLogStep>(*read).event.index(), event.index());
    all.insert(all.end(), one.begin(), one.end());
  }
  EXPECT_EQ(golden("allocator_log_steps", all), all);
}

}  // namespace
}  // namespace fairlead

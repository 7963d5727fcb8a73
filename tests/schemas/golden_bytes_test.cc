// One envelope of each direction and one record of each store, byte for byte, in
// tests/golden/schemas/*.hex. A difference means that deployed versions may not understand each
// other any more. After a deliberate change: FAIRLEAD_REWRITE=1 ctest -R GoldenBytes
#include <gtest/gtest.h>

#include <cctype>

#include "schemas/agent_codec.h"
#include "schemas/allocator_log_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"
#include "tests/support/golden_file.h"

namespace fairlead {
namespace {

std::string hex_of(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 0xfU];
    if (i % 8 == 7) out += i % 32 == 31 ? '\n' : ' ';
  }
  return out + "\n";
}

Bytes bytes_of(const std::string& hex) {
  Bytes out;
  std::string digits;
  for (char c : hex) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return out;
}

/// The golden bytes, which `encoded` has to equal.
Bytes golden(const std::string& name, const Bytes& encoded) {
  std::string path = std::string(FAIRLEAD_SOURCE_DIR) + "/tests/golden/schemas/" + name + ".hex";
  EXPECT_TRUE(test::matches_golden(path, hex_of(encoded)));
  return bytes_of(test::read_golden(path));
}

EnvelopeHeader header() {
  return {.cluster = {"0123456789abcdef0123456789abcdef"},
          .epoch = {3},
          .session = {77},
          .sequence = 5,
          .peer = {"agent/a1"},
          .lease_ns = 1'000'000'000};
}

Amounts all_amounts() {
  Amounts out;
  out.scalars.standard = {1'500, 2 << 20, 10 << 20, 1'000};
  out.scalars.custom = {{"licenses", 4'000}};
  out.ranges = {{"ports", {{31'000, 32'000}, {33'000, 33'010}}}};
  out.sets = {{"racks", {"a", "b"}}};
  return out;
}

Resources all_resources() {
  LotKind reserved{
      .reservations = {{.role = {"a"}},
                       {.role = {"a/b"}, .kind = ReservationKind::kDynamic, .principal = {"ops"}}},
      .volume = Volume{.id = "v1", .container_path = "data"},
      .revocable = true,
      .shared = true};
  return {{{{}, all_amounts()}, {reserved, all_amounts()}}};
}

TaskStatus status() {
  return {.framework = {"f1"},
          .task = {"t1"},
          .attempt = 2,
          .agent = {"a1"},
          .state = TaskState::kFailed,
          .reason = TaskReason::kMemoryLimit,
          .message = "over its limit",
          .source = StatusSource::kAgent,
          .update = 4,
          .at = {1'700'000'000'000},
          .exit = ExitStatus{.code = std::nullopt, .signal = 9},
          .usage = ResourceUsage{1, 2, 3, 4, 5},
          .container_path = "f1/t1/2"};
}

TaskSpec spec() {
  return {.id = {"t1"},
          .name = "work",
          .command = {.argv = {"/bin/sh", "-c", "true"},
                      .environment = {{"HOME", "/"}},
                      .user = "nobody",
                      .working_directory = "/tmp"},
          .resources = all_resources(),
          .limits = {.cpu_milli = 2'000,
                     .memory_kib = 1 << 20,
                     .pids = 100,
                     .rlimits = {{"nofile", 1'024, 4'096}}},
          .kill_grace = seconds(10),
          .duration_max = seconds(3'600),
          .labels = {{"team", "red"}}};
}

LaunchTask launch() {
  return {.token = {{"f1"}, {"t1"}, 2, {"a1"}},
          .role = {"a/b"},
          .framework_name = "batch",
          .spec = spec()};
}

Attributes attributes() {
  return {{"level", std::int64_t{3'500}},
          {"rack", std::string("a1")},
          {"slots", std::vector<Interval>{{1, 4}}}};
}

template <class Message>
void expect_read(const Result<Envelope<Message>>& read, const Envelope<Message>& sent) {
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, sent);
}

TEST(GoldenBytes, AgentToMaster) {
  TaskReport report{.token = {{"f1"}, {"t1"}, 3, {"a1"}},
                    .name = "work",
                    .role = {"a"},
                    .resources = all_resources(),
                    .status = status()};
  Envelope<AgentToMaster> sent{
      header(),
      {RegisterAgent{.agent = {{"a1"}, "host", "h:1", all_resources(), attributes(), "0.1.0"},
                     .epoch_seen = {2},
                     .tasks = {report}},
       EpochAcknowledged{{3}}, AgentHeartbeat{.accepts_launches = false, .why_not = "disk"},
       AgentStatusUpdate{status()}, AgentGoodbye{},
       RegisterAgentPart{.part = 2,
                         .parts = 3,
                         .content = {.agent = {{"a1"}, "host", "h:1", all_resources(), {}, "0.1.0"},
                                     .epoch_seen = {2},
                                     .tasks = {report}}}}};
  expect_read(decode_agent_to_master(golden("agent_to_master", encode(sent))), sent);
}

TEST(GoldenBytes, MasterToAgent) {
  Envelope<MasterToAgent> sent{
      header(),
      {AgentWelcome{{"a1"}, {"c1"}, {3}, seconds(5), seconds(75), 10, 100},
       AgentRefused{{ErrorCode::kDenied, "no"}, true}, AgentResync{"gap"}, HeartbeatEcho{},
       launch(), KillTask{{"f1"}, {"t1"}, 2, seconds(1), TaskReason::kKilledByOperator},
       AcknowledgeStatus{{"f1"}, {"t1"}, 2, {"a1"}, 4}, FrameworkRemoved{{"f1"}}}};
  expect_read(decode_master_to_agent(golden("master_to_agent", encode(sent))), sent);
}

TEST(GoldenBytes, FrameworkToMaster) {
  DemandShape shape{.name = "small",
                    .amounts = all_amounts(),
                    .count = 10,
                    .constraints = {{"rack", ConstraintRule::kNotEquals, "a2"}},
                    .priority = -1,
                    .gang_size = 2,
                    .per_agent_max = 1};
  FrameworkInfo info{{"f1"},      "batch", {"ops"}, {{"a/b"}},
                     seconds(60), "h:2",   "batch", {{"k", "v"}}};
  Envelope<FrameworkToMaster> sent{
      header(),
      {Subscribe{info, {{"a/b"}}}, SetDemand{{"a/b"}, {shape}},
       AcceptOffers{{{1}, {2}}, {{spec(), 2}}, seconds(5)},
       DeclineOffers{{{3}}, seconds(5), DeclineReason::kSpread}, Suppress{{{"a"}}}, Revive{{{"b"}}},
       KillTask{{"f1"}, {"t1"}, 0, std::nullopt, TaskReason::kKilledByFramework},
       AcknowledgeStatus{{"f1"}, {"t1"}, 2, {"a1"}, 4}, Reconcile{{{{"t1"}, 2, {"a1"}}}},
       FrameworkHeartbeat{}, Teardown{}}};
  expect_read(decode_framework_to_master(golden("framework_to_master", encode(sent))), sent);
}

TEST(GoldenBytes, MasterToFramework) {
  Offer offer{{9},   {"f1"},          {"a/b"},      {"a1"},     "host",
              "h:1", all_resources(), attributes(), seconds(30)};
  Envelope<MasterToFramework> sent{
      header(),
      {Subscribed{{"f1"}, {"c1"}, {3}, seconds(5), 4}, Offers{{offer}},
       Rescind{{{9}}, "agent lost"}, FrameworkStatusUpdate{status()},
       AgentLost{{"a1"}, "host", "gone"}, ReconcileDone{},
       FrameworkRefused{{ErrorCode::kConflict, "stale"}, true}, FrameworkResync{"gap"},
       HeartbeatEcho{},
       ReclaimResources{.reclaim = {6},
                        .kind = ReclaimKind::kPriority,
                        .role = {"a/b"},
                        .agent = {"a1"},
                        .hostname = "host",
                        .need = {.lacking = {2'000, 1 << 20, 0, 0}, .most = {4'000, 2 << 20, 0, 0}},
                        .priority = 7,
                        .deadline = seconds(30),
                        .beneficiary = {"a/b"},
                        .shape = "large"},
       ReclaimCancelled{{6}, "there is room"}}};
  expect_read(decode_master_to_framework(golden("master_to_framework", encode(sent))), sent);
}

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

TEST(GoldenBytes, GangMessages) {
  Envelope<AgentToMaster> answers{
      header(), {TaskPrepared{{"g-3-1"}, {"f1"}, {"t1"}, 2}, GangSettled{{"f1"}, {"g-3-1"}}}};
  expect_read(decode_agent_to_master(golden("agent_gang_to_master", encode(answers))), answers);
  Envelope<MasterToAgent> orders{
      header(),
      {PrepareTask{{"g-3-1"}, launch()}, DecideGang{{"f1"}, {"g-3-1"}, true, ""},
       DecideGang{{"f1"}, {"g-3-2"}, false, "t2 is gone"}}};
  expect_read(decode_master_to_agent(golden("master_gang_to_agent", encode(orders))), orders);
  Envelope<FrameworkToMaster> accepts{
      header(),
      {AcceptGang{{{.offers = {{1}}, .launches = {{spec(), 1}}, .refuse_for = {}},
                   {.offers = {{2}}, .launches = {}, .refuse_for = seconds(5)}}}}};
  expect_read(decode_framework_to_master(golden("framework_gang_to_master", encode(accepts))),
              accepts);
}

TEST(GoldenBytes, MessagesAboutMaintenanceAhead) {
  Offer offer = {.id = {1}, .framework = {"f1"}, .role = {"r"}, .agent = {"a1"}};
  offer.unavailability = {seconds(60), seconds(600)};
  Envelope<MasterToFramework> asked{header(),
                                    {Offers{{offer}},
                                     InverseOffers{{{.window = {"w-3-1"},
                                                     .agent = {"a1"},
                                                     .hostname = "host",
                                                     .unavailability = {seconds(60), seconds(600)},
                                                     .stay_max = seconds(30),
                                                     .reason = "maintenance window w-3-1"}}},
                                     InverseOffersWithdrawn{{"w-3-1"}, "cancelled"}}};
  expect_read(decode_master_to_framework(golden("master_inverse_to_framework", encode(asked))),
              asked);
  Envelope<FrameworkToMaster> answers{header(),
                                      {AnswerInverseOffer{.window = {"w-3-1"},
                                                          .agent = {"a1"},
                                                          .accepts = false,
                                                          .reason = "j1.map.0 has no timeout",
                                                          .ask_again = seconds(600)}}};
  expect_read(decode_framework_to_master(golden("framework_inverse_to_master", encode(answers))),
              answers);
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
          parse_resources("cpus(eng,eng/ads@alice):2;disk(eng){volume:db:data}:1GiB").value()};
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

// One envelope of each direction, byte for byte, in tests/golden/schemas/*.hex. A difference means
// that deployed versions may not understand each other any more. After a deliberate change:
// FAIRLEAD_REWRITE=1 ctest -R GoldenBytes
#include "tests/schemas/golden_bytes.h"
#include "schemas/agent_codec.h"
#include "schemas/framework_codec.h"

namespace fairlead {
namespace {

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

TEST(GoldenBytes, TheDestructionOfAVolume) {
  Envelope<MasterToAgent> orders{header(), {DestroyVolume{{{"a/b"}, "db"}}}};
  expect_read(decode_master_to_agent(golden("master_volumes_to_agent", encode(orders))), orders);
  Envelope<AgentToMaster> answers{
      header(),
      {VolumeDestroyed{{{"a/b"}, "db"}, ""}, VolumeDestroyed{{{"a/b"}, "db"}, "task f1/t1"}}};
  expect_read(decode_agent_to_master(golden("agent_volumes_to_master", encode(answers))), answers);
}

TEST(GoldenBytes, OperationsOfFrameworks) {
  Amounts cpus;
  cpus.scalars[StandardScalar::kCpus] = 2'000;
  Envelope<FrameworkToMaster> asked{
      header(),
      {AcceptOperations{
          "op-1",
          {{7}},
          {operation::Reserve{cpus, {"a/b"}, {"a"}, {}}, operation::Unreserve{cpus, {"a/b"}},
           operation::CreateVolume{{"a"}, {"db", "data/db"}, 1 << 20, true},
           operation::DestroyVolume{{"a"}, "db"}}}}};
  expect_read(decode_framework_to_master(golden("framework_operations_to_master", encode(asked))),
              asked);
  Envelope<MasterToFramework> answers{
      header(), {OperationsAnswer{"op-1", {"a1"}, ""}, OperationsAnswer{"op-2", {}, "too late"}}};
  expect_read(decode_master_to_framework(golden("master_operations_to_framework", encode(answers))),
              answers);
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

}  // namespace
}  // namespace fairlead

// Versions n and n+1 talk to each other: what a newer sender adds is left out, not misread.
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "schemas/agent_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"
#include "tests/schemas/future.capnp.h"

namespace fairlead {
namespace {

using ::testing::Test;

Bytes bytes_of(capnp::MessageBuilder& message) {
  auto words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

void fill_header(future::Header::Builder header) {
  header.setProtocol(kProtocolVersion);
  header.setDirection(1);
  header.setSession(7);
  header.setSequence(3);
  header.setPeer("agent/a1");
  header.setCompression(9);
  header.setRegion("north");
}

TEST(NewerSender, UnknownMessagesAreSkippedAndCounted) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<future::AgentToMaster>();
  fill_header(root.initHeader());
  root.setTrailer("more");
  auto messages = root.initMessages(3);
  messages[0].setEpochAcknowledged(12);
  messages[0].setTraceId(99);
  messages[1].initCheckpointed().setImage("x");
  messages[2].setGoodbye();

  DecodeStats stats;
  auto read = decode_agent_to_master(bytes_of(message), &stats);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(stats.skipped, 1U);
  EXPECT_EQ(read->header.session, Session{7});
  EXPECT_EQ(read->header.peer, PeerId{"agent/a1"});
  std::vector<AgentToMaster> expected = {EpochAcknowledged{{12}}, AgentGoodbye{}};
  EXPECT_EQ(read->messages, expected);
}

TEST(NewerSender, UnknownStateAndReasonBecomeTheSafeOnes) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<future::AgentToMaster>();
  fill_header(root.initHeader());
  auto status = root.initMessages(1)[0].initStatusUpdate();
  status.setFramework("f1");
  status.setTask("t1");
  status.setAgent("a1");
  status.setState(777);
  status.setReason(65535);
  status.setSource(9);
  status.setExitKind(44);
  status.setHealth("fine");

  auto read = decode_agent_to_master(bytes_of(message));
  ASSERT_TRUE(read.ok()) << read.error().message;
  const auto& update = std::get<AgentStatusUpdate>(read->messages.at(0)).status;
  EXPECT_EQ(update.state, TaskState::kUnknown);
  EXPECT_EQ(update.reason, TaskReason::kNone);
  EXPECT_EQ(update.source, StatusSource::kAgent);
  EXPECT_EQ(update.exit, ExitStatus{});
}

TEST(NewerSender, AnotherProtocolVersionIsUnsupportedAndNamesBoth) {
  Envelope<AgentToMaster> envelope;
  envelope.header.protocol = kProtocolVersion + 1;
  envelope.header.session = {5};
  envelope.header.peer = {"agent/a1"};
  Bytes bytes = encode(envelope);

  auto read = decode_agent_to_master(bytes);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(read.error().message.find("expected 1, got 2"), std::string::npos)
      << read.error().message;
  auto header = peek_header(bytes);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->protocol, kProtocolVersion + 1);
  EXPECT_EQ(header->peer, PeerId{"agent/a1"});
}

TEST(NewerStore, UnknownRecordKindIsUnsupported) {
  capnp::MallocMessageBuilder message;
  message.initRoot<future::RegistryRecord>().setInvention("much");
  auto read = decode_registry_record("invention/a", bytes_of(message));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(read.error().message.find("invention/a"), std::string::npos) << read.error().message;
}

TEST(NewerStore, NewerFormatVersionIsUnsupported) {
  EncodedRecord registry =
      encode(RegistryRecord{ClusterRecord{.version = kRegistryVersion + 1, .cluster = {"c"}}});
  auto read = decode_registry_record(registry.key, registry.value);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);

  EncodedRecord checkpoint =
      encode(CheckpointRecord{IdentityRecord{.version = kCheckpointVersion + 1, .agent = {"a"}}});
  auto identity = decode_checkpoint_record(checkpoint.key, checkpoint.value);
  ASSERT_FALSE(identity.ok());
  EXPECT_EQ(identity.error().code, ErrorCode::kUnsupported);
}

TEST(OlderSender, AWelcomeWithoutNumbersSaysNothingOfTheClustersSize) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<future::PastMasterToAgent>();
  auto header = root.initHeader();
  header.setProtocol(kProtocolVersion);
  header.setDirection(2);
  header.setSession(7);
  header.setPeer("agent/a1");
  auto welcome = root.initMessages(1)[0].initWelcome();
  welcome.setAgent("a1");
  welcome.setCluster("c1");
  welcome.setEpoch(3);
  welcome.setHeartbeatEveryNs(5);
  welcome.setUnreachableAfterNs(6);

  auto read = decode_master_to_agent(bytes_of(message));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(std::get<AgentWelcome>(read->messages.at(0)), (AgentWelcome{.agent = {"a1"},
                                                                        .cluster = {"c1"},
                                                                        .epoch = {3},
                                                                        .heartbeat_every = {5},
                                                                        .unreachable_after = {6}}));
}

/// As an older agent reads it. `code` of the wire: 2 is denied, 3 is a conflict.
std::uint16_t code_as_read_before_gone(const AgentRefused& refused) {
  Bytes bytes = encode(Envelope<MasterToAgent>{{.session = {7}, .peer = {"agent/a1"}}, {refused}});
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  capnp::FlatArrayMessageReader reader(kj::arrayPtr(words.data(), words.size()));
  auto message = reader.getRoot<future::PastMasterToAgent>().getMessages()[0];
  EXPECT_STREQ(message.getRefused().getMessage().cStr(), refused.error.message.c_str());
  return message.getRefused().getCode();
}

TEST(OlderReceiver, TakesDeniedForGoneAndIsToldNothingElseByIt) {
  EXPECT_EQ(code_as_read_before_gone({{ErrorCode::kDenied, "declared gone"}, true}), 2);
  EXPECT_EQ(code_as_read_before_gone({{ErrorCode::kDenied, "the access list"}, false}), 3);
}

TEST(OlderSender, MeansGoneByDenied) {
  for (std::uint16_t code : {std::uint16_t{2}, std::uint16_t{3}}) {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<future::PastMasterToAgent>();
    auto header = root.initHeader();
    header.setProtocol(kProtocolVersion);
    header.setDirection(2);
    header.setSession(7);
    header.setPeer("agent/a1");
    auto refused = root.initMessages(1)[0].initRefused();
    refused.setCode(code);
    refused.setMessage("no");
    auto read = decode_master_to_agent(bytes_of(message));
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(std::get<AgentRefused>(read->messages.at(0)).gone, code == 2);
  }
}

TEST(OlderSender, ASubscriptionThatSaysNothingOfItTakesNothingSpecialOfAnyAgent) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<future::PastFrameworkToMaster>();
  auto header = root.initHeader();
  header.setProtocol(kProtocolVersion);
  header.setDirection(3);
  header.setSession(7);
  header.setPeer("framework/f1");
  root.initMessages(1)[0].initSubscribe().initFramework().setName("batch");

  auto read = decode_framework_to_master(bytes_of(message));
  ASSERT_TRUE(read.ok()) << read.error().message;
  Subscribe expected;
  expected.framework.name = "batch";
  EXPECT_EQ(std::get<Subscribe>(read->messages.at(0)), expected);
}

TEST(OlderReceiver, ReadsAWelcomeThatTellsTheClustersSize) {
  Envelope<MasterToAgent> sent{
      {.session = {7}, .peer = {"agent/a1"}},
      {AgentWelcome{.agent = {"a1"}, .cluster = {"c1"}, .epoch = {3}, .agents = 9, .tasks = 99}}};
  Bytes bytes = encode(sent);
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  capnp::FlatArrayMessageReader reader(kj::arrayPtr(words.data(), words.size()));
  auto message = reader.getRoot<future::PastMasterToAgent>().getMessages()[0];
  ASSERT_TRUE(message.isWelcome());
  EXPECT_EQ(message.getWelcome().getEpoch(), 3U);
  EXPECT_STREQ(message.getWelcome().getAgent().cStr(), "a1");
}

TEST(OlderStore, AnIdentityWithoutASessionIsReadAsSessionZero) {
  capnp::MallocMessageBuilder message;
  auto old = message.initRoot<future::PastCheckpointRecord>().initIdentity();
  old.setVersion(1);
  old.setAgent("a1");
  old.setCluster("c1");
  old.setEpochSeen(7);
  old.setBootId("b1");

  auto read = decode_checkpoint_record("identity", bytes_of(message));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(
      std::get<IdentityRecord>(*read),
      (IdentityRecord{.agent = {"a1"}, .cluster = {"c1"}, .epoch_seen = {7}, .boot_id = "b1"}));
}

}  // namespace
}  // namespace fairlead

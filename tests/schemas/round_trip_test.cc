// Whatever is encoded comes back as it was, over random values.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "schemas/agent_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"
#include "tests/support/generators.h"

namespace fairlead {
namespace {

template <class T>
void expect_value(const Result<T>& result, const T& value) {
  if (!result.ok()) RC_FAIL(result.error().message);
  RC_ASSERT(result.value() == value);
}

RC_GTEST_PROP(EnvelopeRoundTrip, AgentToMaster, ()) {
  auto sent = *generators::agent_to_master_envelope();
  expect_value(decode_agent_to_master(encode(sent)), sent);
}

RC_GTEST_PROP(EnvelopeRoundTrip, MasterToAgent, ()) {
  auto sent = *generators::master_to_agent_envelope();
  expect_value(decode_master_to_agent(encode(sent)), sent);
}

RC_GTEST_PROP(EnvelopeRoundTrip, FrameworkToMaster, ()) {
  auto sent = *generators::framework_to_master_envelope();
  expect_value(decode_framework_to_master(encode(sent)), sent);
}

RC_GTEST_PROP(EnvelopeRoundTrip, MasterToFramework, ()) {
  auto sent = *generators::master_to_framework_envelope();
  expect_value(decode_master_to_framework(encode(sent)), sent);
}

RC_GTEST_PROP(EnvelopeRoundTrip, PeekedHeaderIsTheHeader, ()) {
  auto sent = *generators::agent_to_master_envelope();
  expect_value(peek_header(encode(sent)), sent.header);
}

RC_GTEST_PROP(RecordRoundTrip, Registry, ()) {
  RegistryRecord stored = *generators::registry_record();
  EncodedRecord row = encode(stored);
  RC_ASSERT(row.key == key_of(stored));
  expect_value(decode_registry_record(row.key, row.value), stored);
}

RC_GTEST_PROP(RecordRoundTrip, Checkpoint, ()) {
  CheckpointRecord stored = *generators::checkpoint_record();
  EncodedRecord row = encode(stored);
  RC_ASSERT(row.key == key_of(stored));
  expect_value(decode_checkpoint_record(row.key, row.value), stored);
}

TEST(RecordKeys, AreAsDocumented) {
  EXPECT_EQ(key_of(RegistryRecord{ClusterRecord{}}), "cluster");
  EXPECT_EQ(key_of(RegistryRecord{AgentRecord{.id = {"a1"}}}), "agent/a1");
  EXPECT_EQ(key_of(RegistryRecord{FrameworkRecord{.info = {.id = {"f1"}}}}), "framework/f1");
  EXPECT_EQ(key_of(RegistryRecord{WeightRecord{.role = {"a/b"}}}), "weight/a/b");
  EXPECT_EQ(key_of(RegistryRecord{QuotaRecord{.role = {"a/b"}, .quota = {}}}), "quota/a/b");
  EXPECT_EQ(key_of(RegistryRecord{DrainRecord{.agent = {"a1"}}}), "drain/a1");
  EXPECT_EQ(key_of(RegistryRecord{WindowRecord{.id = {"w-3-1"}}}), "window/w-3-1");
  EXPECT_EQ(key_of(RegistryRecord{GangRecord{.id = {"g-3-1"}}}), "gang/g-3-1");
  EXPECT_EQ(key_of(CheckpointRecord{IdentityRecord{}}), "identity");
  EXPECT_EQ(key_of(CheckpointRecord{TaskRecord{.container = "c1"}}), "task/c1");
}

TEST(WireSize, ASmallStatusUpdateStaysSmall) {
  Envelope<AgentToMaster> envelope;
  envelope.header.peer = {"agent/a1"};
  envelope.messages.push_back(AgentStatusUpdate{
      {.framework = {"f1"}, .task = {"t1"}, .agent = {"a1"}, .state = TaskState::kRunning}});
  EXPECT_LE(encode(envelope).size(), 260U);
}

TEST(WireSize, PlainScalarsTakeEightWordsAndTheirPointers) {
  Envelope<MasterToFramework> empty;
  empty.messages.push_back(Offers{{Offer{}}});
  Envelope<MasterToFramework> full = empty;
  Amounts amounts;
  amounts.scalars.standard = {4'000, 1 << 20, 1 << 20, 0};
  std::get<Offers>(full.messages[0]).offers[0].resources.lots.push_back({{}, amounts});
  EXPECT_LE(encode(full).size() - encode(empty).size(), 40U);
}

}  // namespace
}  // namespace fairlead

// A registry as text and back; what is damaged, cut off or newer is refused as a whole.
#include "schemas/registry_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdio>

#include "common/crc32c.h"
#include "schemas/registry_codec.h"
#include "tests/support/generators.h"
#include "tests/support/golden_file.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;

RegistrySnapshot small_registry() {
  FrameworkRecord batch{.info = {.id = {"f1"}, .name = "batch \"nightly\"\n"}};
  batch.info.principal = {"batch"};
  batch.info.roles = {RoleName{"analytics"}};
  std::vector<RegistryRecord> records = {
      WeightRecord{.role = RoleName{"analytics"}, .weight_milli = 2500},
      ClusterRecord{.cluster = {"0123456789abcdef0123456789abcdef"}, .epoch = {7}},
      batch,
      AgentRecord{.id = {"a2"},
                  .hostname = "höst",
                  .principal = {"agent-2"},
                  .standing = AgentStanding::kGone,
                  .since = {1'700'000'000'123}},
      AgentRecord{.id = {"a1"}, .hostname = "h1", .principal = {"agent-1"}, .deactivated = true},
      DrainRecord{.agent = {"a1"},
                  .started = {1'700'000'000'456},
                  .deadline = seconds(600),
                  .grace = seconds(30)},
      WindowRecord{.id = {"w-7-1"},
                   .agents = {{"a1"}, {"a2"}},
                   .start = {1'700'000'000'789},
                   .duration = seconds(3'600)},
      QuotaRecord{.role = RoleName{"analytics"},
                  .quota = {.guarantees = {4'000, 8LL << 30, 0, 0},
                            .limits = {8'000, kNoLimit, kNoLimit, 0}}}};
  return to_snapshot(std::move(records), 12).value();
}

/// `body` under a checksum of its own, as somebody would write it who means it.
std::string sealed(const std::string& body) {
  std::array<char, 32> end{};
  Bytes bytes(body.begin(), body.end());
  std::snprintf(end.data(), end.size(), "{\"crc32c\":\"%08x\"}\n", crc32c(bytes));
  return body + end.data();
}

std::string body_of(const std::string& text) {
  return text.substr(0, text.rfind("{\"crc32c"));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void expect_refused(const std::string& text, ErrorCode code, const std::string& why) {
  auto read = read_registry_text(text);
  ASSERT_FALSE(read.ok()) << "taken: " << text;
  EXPECT_EQ(read.error().code, code) << read.error().message;
  EXPECT_THAT(read.error().message, HasSubstr(why));
}

TEST(RegistryText, IsAsDocumented) {
  EXPECT_TRUE(test::matches_golden(
      std::string(FAIRLEAD_SOURCE_DIR) + "/tests/golden/schemas/registry_text.jsonl",
      registry_text(small_registry())));
}

TEST(RegistryText, ComesBackAsItWas) {
  auto read = read_registry_text(registry_text(small_registry()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, small_registry());
  EXPECT_EQ(sealed(body_of(registry_text(small_registry()))), registry_text(small_registry()));
}

RC_GTEST_PROP(RegistryTextRoundTrip, OfAnyRecord, ()) {
  RegistryRecord record = *generators::registry_record();
  if (std::holds_alternative<ClusterRecord>(record)) return;
  auto snapshot = to_snapshot({ClusterRecord{.cluster = {"c1"}, .epoch = {3}}, record}, 0).value();
  auto read = read_registry_text(registry_text(snapshot));
  if (!read) RC_FAIL(read.error().message);
  RC_ASSERT(*read == snapshot);
}

TEST(RegistryText, EveryPrefixAndEveryFlippedBitIsRefused) {
  const std::string text = registry_text(small_registry());
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    EXPECT_FALSE(read_registry_text(text.substr(0, length)).ok()) << "the first " << length;
  }
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(read_registry_text(changed).ok()) << "byte " << i;
  }
}

TEST(RegistryText, SaysWhatIsWrongWithIt) {
  const std::string text = registry_text(small_registry());
  expect_refused("", ErrorCode::kCorrupt, "it is empty");
  expect_refused("weight: 7\n", ErrorCode::kCorrupt, "line 1: ");
  expect_refused("{\"format\":\"something\"}\n", ErrorCode::kCorrupt, "no export of a registry");
  expect_refused(body_of(text), ErrorCode::kCorrupt, "the line of the checksum is missing");
  expect_refused(replaced(text, "2500", "9500"), ErrorCode::kCorrupt, "checksum: expected ");
}

TEST(RegistryText, OfANewerVersionIsNamedBeforeAnythingElse) {
  const std::string text = registry_text(small_registry());
  expect_refused(replaced(text, "\"version\":1", "\"version\":2,\"signature\":\"x\""),
                 ErrorCode::kUnsupported, "version of the format: expected 1..1, got 2");
  expect_refused(replaced(text, "\"registryVersion\":1", "\"registryVersion\":9"),
                 ErrorCode::kUnsupported, "version of the registry: expected 1..1, got 9");
}

TEST(RegistryText, RecordsThatNoRegistryHoldsAreRefusedEvenUnderAGoodChecksum) {
  const std::string body = body_of(registry_text(small_registry()));
  expect_refused(sealed(replaced(body, "\"records\":\"7\"", "\"records\":\"8\"")),
                 ErrorCode::kInvalid, "records: expected 8, got \"7\"");
  expect_refused(sealed(replaced(body, "\"a2\"", "\"a1\"")), ErrorCode::kCorrupt,
                 "line 3: a second record agent/a1");
  expect_refused(sealed(replaced(body, "\"2500\"", "\"-1\"")), ErrorCode::kCorrupt,
                 "line 7: weight");
  expect_refused(sealed(replaced(body, "\"gone\"", "\"retired\"")), ErrorCode::kCorrupt, "line 3");
  expect_refused(sealed(replaced(body, "\"hostname\"", "\"colour\"")), ErrorCode::kCorrupt,
                 "line 2");
  std::string deep = std::string(100'000, '[');
  expect_refused(sealed(replaced(body, "{\"weight\"", deep + "{\"weight\"")), ErrorCode::kCorrupt,
                 "line 7");
}

TEST(Snapshot, NeedsTheRowThatNamesTheCluster) {
  auto of = [](std::vector<RegistryRecord> records) {
    return to_snapshot(std::move(records), 0).error().code;
  };
  EXPECT_EQ(of({}), ErrorCode::kNotFound);
  EXPECT_EQ(of({AgentRecord{.id = {"a1"}}}), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace fairlead

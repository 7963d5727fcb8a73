#include "runtime/registry_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/limits.h"
#include "runtime/leader_record.h"

namespace fairlead {
namespace {

using ::testing::ElementsAre;

Bytes bytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

Bytes sample() {
  StoreWrite a{.key = "a", .value = bytes("first")};
  StoreWrite b{.key = "b/c", .value = std::nullopt};
  StoreWrite c{.key = "c", .value = bytes("")};
  return encode_registry_entries({7}, 12, {&a, &b, &c}).at(0);
}

TEST(RegistryEntry, ComesBackAsItWas) {
  RegistryEntry entry = decode_registry_entry(sample()).value();
  EXPECT_EQ(entry.epoch, Epoch{7});
  EXPECT_EQ(entry.entry, 12u);
  ASSERT_EQ(entry.rows.size(), 3u);
  EXPECT_EQ(entry.rows[0].key, "a");
  EXPECT_EQ(entry.rows[0].value, bytes("first"));
  EXPECT_EQ(entry.rows[1].value, std::nullopt);
  EXPECT_EQ(entry.rows[2].value, bytes(""));
}

TEST(RegistryEntry, EveryFlippedBitIsFoundAndCostsAtMostItsRow) {
  const Bytes clean = sample();
  std::size_t rows_lost = 0, entries_lost = 0;
  for (std::size_t bit = 0; bit < clean.size() * 8; ++bit) {
    Bytes flipped = clean;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    Result<RegistryEntry> entry = decode_registry_entry(flipped);
    if (!entry) {
      ++entries_lost;
      continue;
    }
    ++rows_lost;
    ASSERT_EQ(entry->rows.size(), 3u) << bit;
    EXPECT_TRUE(entry->rows[0].damaged) << bit;
    EXPECT_FALSE(entry->rows[1].damaged || entry->rows[2].damaged) << bit;
  }
  EXPECT_EQ(rows_lost, 5u * 8);  // the value "first"
  EXPECT_EQ(entries_lost, (clean.size() - 5) * 8);
}

TEST(RegistryEntry, EveryCutIsFound) {
  const Bytes clean = sample();
  for (std::size_t length = 0; length < clean.size(); ++length) {
    EXPECT_FALSE(decode_registry_entry(BytesView(clean).first(length)).ok()) << length;
  }
}

TEST(RegistryEntry, RowsThatDoNotFitOneNodeAreSpreadInOrder) {
  std::vector<StoreWrite> writes;
  for (int i = 0; i < 9; ++i) {
    writes.push_back({.key = "k" + std::to_string(i), .value = Bytes(200'000)});
  }
  std::vector<const StoreWrite*> pointers;
  for (const StoreWrite& write : writes) pointers.push_back(&write);
  std::vector<Bytes> parts = encode_registry_entries({1}, 5, pointers);
  ASSERT_EQ(parts.size(), 5u);
  int next = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LE(parts[i].size(), limits::kZnodeBytesMax);
    RegistryEntry entry = decode_registry_entry(parts[i]).value();
    EXPECT_EQ(entry.entry, 5 + i);
    for (const RegistryRow& row : entry.rows) EXPECT_EQ(row.key, "k" + std::to_string(next++));
  }
  EXPECT_EQ(next, 9);
}

TEST(RegistryEntry, TheLargestRowOfAFrameworksStateFitsANode) {
  StoreWrite write{.key = std::string(limits::kStoreKeyCharsMax, 'k'),
                   .value = Bytes(limits::kStateRowBytesMax)};
  EXPECT_LE(row_bytes(write), row_bytes_max());
}

TEST(RegistryEntry, TheLargestRowFitsANodeExactly) {
  StoreWrite write{.key = "k", .value = Bytes()};
  write.value->resize(row_bytes_max() - row_bytes(write));
  EXPECT_EQ(row_bytes(write), row_bytes_max());
  EXPECT_EQ(encode_registry_entries({1}, 1, {&write}).at(0).size(), limits::kZnodeBytesMax);
}

TEST(RegistryRows, ADamagedRowHidesItsOlderValueUntilItIsWrittenAnew) {
  RegistryRows rows;
  rows.apply(StoreWrite{.key = "k", .value = bytes("old")});
  rows.apply(RegistryEntry{.rows = {{.key = "k", .value = bytes("new"), .damaged = true}}});
  EXPECT_TRUE(rows.contents().rows.empty());
  EXPECT_THAT(rows.contents().quarantined, ElementsAre("k"));
  rows.apply(StoreWrite{.key = "k", .value = bytes("newer")});
  EXPECT_EQ(rows.rows().at("k"), bytes("newer"));
  EXPECT_FALSE(rows.has_damage());
}

TEST(RegistryHead, IsALineForPeopleAndComesBack) {
  RegistryHead head{.epoch = {3}, .entry = 17, .snapshot = 12, .chunks = 2};
  Bytes line = encode_registry_head(head);
  EXPECT_EQ(std::string(line.begin(), line.end()).substr(0, 52),
            "fairlead-head 1 epoch 3 entry 17 snapshot 12 chunks ");
  EXPECT_EQ(decode_registry_head(line).value(), head);
}

TEST(RegistryHead, EveryFlippedBitIsRefused) {
  Bytes clean = encode_registry_head({.epoch = {3}, .entry = 17, .snapshot = 12, .chunks = 2});
  clean.pop_back();  // the line break says nothing
  for (std::size_t bit = 0; bit < clean.size() * 8; ++bit) {
    Bytes flipped = clean;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(decode_registry_head(flipped).ok()) << bit;
  }
  EXPECT_FALSE(decode_registry_head(bytes("")).ok());
  EXPECT_EQ(decode_registry_head(bytes("fairlead-head 2 epoch 1")).error().code,
            ErrorCode::kUnsupported);
}

TEST(LeaderRecord, ComesBackAsItWas) {
  LeaderRecord record{.epoch = {4}, .endpoint = "tcp://10.0.0.1:5050", .http = "10.0.0.1:5051"};
  EXPECT_EQ(decode_leader_record(encode_leader_record(record)).value(), record);
  EXPECT_EQ(decode_leader_record(encode_leader_record({})).value(), LeaderRecord{});
}

TEST(LeaderRecord, OtherTextIsRefused) {
  for (const char* text : {"", "fairlead-epoch 1\n", "fairlead-epoch 1\nepoch x\n",
                           "fairlead-epoch 1\nepoch 1\nendpoint e\nhttp h"}) {
    EXPECT_EQ(decode_leader_record(bytes(text)).error().code, ErrorCode::kCorrupt) << text;
  }
  EXPECT_EQ(decode_leader_record(bytes("fairlead-epoch 2\n")).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace fairlead

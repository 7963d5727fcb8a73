// Damaged messages end in a value or an Error: never in a crash, never in an exception.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>

#include "common/limits.h"
#include "schemas/agent_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"
#include "tests/support/generators.h"

namespace fairlead {
namespace {

constexpr int kSeeds = 60;
constexpr int kMutantsPerSeed = 60;

/// Raw draws of mt19937_64 are the same everywhere; distributions are not.
using Draws = std::mt19937_64;

Bytes mutated(Bytes bytes, Draws& draws) {
  if (bytes.empty()) return bytes;
  switch (draws() % 4) {
    case 0:  // a few flipped bits
      for (std::uint64_t n = 1 + draws() % 8; n > 0; --n) {
        bytes[draws() % bytes.size()] ^= static_cast<std::uint8_t>(1U << (draws() % 8));
      }
      break;
    case 1:  // cut, at a word or anywhere
      bytes.resize(draws() % 2 == 0 ? draws() % bytes.size() : draws() % (bytes.size() / 8) * 8);
      break;
    case 2: {  // one word replaced by another of the message: pointers where they do not belong
      std::size_t words = bytes.size() / 8;
      std::size_t from = draws() % words * 8;
      std::size_t to = draws() % words * 8;
      for (std::size_t i = 0; i < 8; ++i) bytes[to + i] = bytes[from + i];
      break;
    }
    default:  // one word of noise
      std::size_t at = draws() % (bytes.size() / 8) * 8;
      for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::uint8_t>(draws());
  }
  return bytes;
}

/// A decoded mutant is a valid value: it survives another round trip.
template <class Value, class Decode>
void torture(const rc::Gen<Value>& gen, Decode decode) {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Draws draws(seed);
    Bytes valid = encode(generators::value_of(gen, seed));
    for (int i = 0; i < kMutantsPerSeed; ++i) {
      Bytes mutant = mutated(valid, draws);
      auto first = decode(mutant);
      if (!first.ok()) {
        ++refused;
        EXPECT_FALSE(first.error().message.empty());
        EXPECT_LE(first.error().message.size(), limits::kErrorCharsMax);
        continue;
      }
      auto again = decode(encode(first.value()));
      ASSERT_TRUE(again.ok()) << again.error().message;
      EXPECT_EQ(again.value(), first.value());
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(DamagedEnvelope, AgentToMasterIsAValueOrAnError) {
  torture(generators::agent_to_master_envelope(),
          [](BytesView bytes) { return decode_agent_to_master(bytes); });
}

TEST(DamagedEnvelope, MasterToAgentIsAValueOrAnError) {
  torture(generators::master_to_agent_envelope(),
          [](BytesView bytes) { return decode_master_to_agent(bytes); });
}

TEST(DamagedEnvelope, FrameworkToMasterIsAValueOrAnError) {
  torture(generators::framework_to_master_envelope(),
          [](BytesView bytes) { return decode_framework_to_master(bytes); });
}

TEST(DamagedEnvelope, MasterToFrameworkIsAValueOrAnError) {
  torture(generators::master_to_framework_envelope(),
          [](BytesView bytes) { return decode_master_to_framework(bytes); });
}

TEST(DamagedEnvelope, EveryTruncationIsRefused) {
  auto gen = generators::framework_to_master_envelope();
  Bytes valid = encode(generators::value_of(gen, 3));
  for (std::size_t size = 0; size < valid.size(); ++size) {
    EXPECT_FALSE(decode_framework_to_master(BytesView(valid).first(size)).ok()) << size;
  }
}

TEST(DamagedEnvelope, UnalignedBytesAreReadAllTheSame) {
  auto gen = generators::agent_to_master_envelope();
  Envelope<AgentToMaster> sent = generators::value_of(gen, 5);
  Bytes valid = encode(sent);
  Bytes shifted(valid.size() + 1);
  std::copy(valid.begin(), valid.end(), shifted.begin() + 1);
  auto read = decode_agent_to_master(BytesView(shifted).subspan(1));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, sent);
}

TEST(DamagedEnvelope, AForeignDirectionIsRefused) {
  auto gen = generators::agent_to_master_envelope();
  Bytes valid = encode(generators::value_of(gen, 5));
  ASSERT_FALSE(decode_framework_to_master(valid).ok());
  EXPECT_EQ(decode_framework_to_master(valid).error().code, ErrorCode::kCorrupt);
}

TEST(DamagedEnvelope, HostileFramingIsRefused) {
  auto word = [](std::uint32_t low, std::uint32_t high) {
    Bytes out;
    for (std::uint32_t half : {low, high}) {
      for (unsigned shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(half >> shift));
      }
    }
    return out;
  };
  auto refused = [](const Bytes& bytes) {
    return !decode_agent_to_master(bytes).ok() && !peek_header(bytes).ok();
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused(Bytes(7, 0)));
  EXPECT_TRUE(refused(word(0xffffffff, 0xffffffff)));  // as many segments as there are numbers
  EXPECT_TRUE(refused(word(512, 1)));                  // 513 segments
  EXPECT_TRUE(refused(word(0, 0xffffffff)));           // one segment of 32 GiB
  Bytes self = word(0, 1);
  Bytes pointer = word(0xfffffffc, 0x00010000);  // a root struct that is its own pointer
  self.insert(self.end(), pointer.begin(), pointer.end());
  EXPECT_TRUE(refused(self));
  Bytes list = word(0, 1);
  Bytes voids = word(0x00000001, 0xfffffff8);  // a list of 2^29-1 voids where a struct belongs
  list.insert(list.end(), voids.begin(), voids.end());
  EXPECT_TRUE(refused(list));
}

/// Records know their key, so a mutant is decoded under the key of the original.
template <class Record, class Decode>
void torture_records(const rc::Gen<Record>& gen, Decode decode) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Draws draws(seed);
    EncodedRecord row = encode(generators::value_of(gen, seed));
    for (int i = 0; i < kMutantsPerSeed; ++i) {
      auto first = decode(row.key, mutated(row.value, draws));
      if (!first.ok()) continue;
      EncodedRecord again = encode(first.value());
      EXPECT_EQ(again.key, row.key);
      EXPECT_TRUE(decode(again.key, again.value).ok());
    }
  }
}

TEST(DamagedRecord, RegistryIsAValueOrAnError) {
  torture_records(generators::registry_record(), decode_registry_record);
}

TEST(DamagedRecord, CheckpointIsAValueOrAnError) {
  torture_records(generators::checkpoint_record(), decode_checkpoint_record);
}

TEST(DamagedRecord, BytesUnderAnotherKeyAreCorrupt) {
  EncodedRecord row = encode(RegistryRecord{AgentRecord{.id = {"a1"}}});
  auto read = decode_registry_record("agent/a2", row.value);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace fairlead

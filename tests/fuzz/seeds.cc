#include "tests/fuzz/seeds.h"

#include "runtime/leader_record.h"
#include "runtime/registry_log.h"
#include "schemas/agent_codec.h"
#include "schemas/allocator_log.h"
#include "schemas/allocator_log_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"
#include "tests/support/generators.h"

namespace fairlead::fuzz {
namespace {

template <class Value>
Bytes envelope(const rc::Gen<Value>& gen, std::uint64_t seed) {
  return encode(generators::value_of(gen, seed));
}

template <class Record>
Bytes record(const rc::Gen<Record>& gen, std::uint64_t seed) {
  EncodedRecord row = encode(generators::value_of(gen, seed));
  Bytes out;
  out.push_back(static_cast<std::uint8_t>(row.key.size()));
  out.insert(out.end(), row.key.begin(), row.key.end());
  out.insert(out.end(), row.value.begin(), row.value.end());
  return out;
}

Bytes agent_to_master_seed(std::uint64_t seed) {
  return envelope(generators::agent_to_master_envelope(), seed);
}
Bytes master_to_agent_seed(std::uint64_t seed) {
  return envelope(generators::master_to_agent_envelope(), seed);
}
Bytes framework_to_master_seed(std::uint64_t seed) {
  return envelope(generators::framework_to_master_envelope(), seed);
}
Bytes master_to_framework_seed(std::uint64_t seed) {
  return envelope(generators::master_to_framework_envelope(), seed);
}
Bytes registry_record_seed(std::uint64_t seed) {
  return record(generators::registry_record(), seed);
}
Bytes checkpoint_record_seed(std::uint64_t seed) {
  return record(generators::checkpoint_record(), seed);
}

Bytes leader_record_seed(std::uint64_t seed) {
  return encode_leader_record({.epoch = {seed},
                               .endpoint = "tcp://10.0.0." + std::to_string(seed % 250) + ":5050",
                               .http = "https://m" + std::to_string(seed) + ".example:5051"});
}
Bytes registry_head_seed(std::uint64_t seed) {
  return encode_registry_head(
      {.epoch = {seed}, .entry = 7 * seed, .snapshot = 3 * seed, .chunks = 1 + seed % 4});
}
Bytes registry_entry_seed(std::uint64_t seed) {
  std::vector<StoreWrite> writes;
  for (std::uint64_t i = 0; i <= seed % 5; ++i) {
    EncodedRecord row = encode(generators::value_of(generators::registry_record(), seed + i));
    writes.push_back({std::move(row.key), std::move(row.value)});
  }
  writes.push_back({"agent/erased", std::nullopt});
  std::vector<const StoreWrite*> rows;
  for (const StoreWrite& write : writes) rows.push_back(&write);
  return encode_registry_entries({seed}, seed + 1, rows).front();
}

Bytes allocator_log_record_seed(std::uint64_t seed) {
  return encode(generators::value_of(generators::allocator_log_record(), seed));
}
Bytes allocator_log_seed(std::uint64_t seed) {
  Bytes log(kAllocatorLogMark.begin(), kAllocatorLogMark.end());
  append_frame(log, encode(AllocatorLogStart{.program = "0.1.0", .settings = {{"seed", "7"}}}));
  std::int64_t at = 0;
  for (std::uint64_t i = 0; i <= seed % 7; ++i) {
    auto record = generators::value_of(generators::allocator_log_record(), seed + i);
    auto* step = std::get_if<AllocatorLogStep>(&record);
    if (step == nullptr) continue;
    step->at = Instant{++at};
    append_frame(log, encode(record));
  }
  return log;
}

}  // namespace

std::vector<Target> targets() {
  return {{"agent_to_master", agent_to_master, agent_to_master_seed},
          {"allocator_log", allocator_log, allocator_log_seed},
          {"allocator_log_record", allocator_log_record, allocator_log_record_seed},
          {"checkpoint_record", checkpoint_record, checkpoint_record_seed},
          {"framework_to_master", framework_to_master, framework_to_master_seed},
          {"leader_record", leader_record, leader_record_seed},
          {"master_to_agent", master_to_agent, master_to_agent_seed},
          {"master_to_framework", master_to_framework, master_to_framework_seed},
          {"registry_entry", registry_entry, registry_entry_seed},
          {"registry_head", registry_head, registry_head_seed},
          {"registry_record", registry_record, registry_record_seed}};
}

}  // namespace fairlead::fuzz

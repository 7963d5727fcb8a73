#include "tests/fuzz/seeds.h"

#include "schemas/agent_codec.h"
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

}  // namespace

std::vector<Target> targets() {
  return {{"agent_to_master", agent_to_master, agent_to_master_seed},
          {"checkpoint_record", checkpoint_record, checkpoint_record_seed},
          {"framework_to_master", framework_to_master, framework_to_master_seed},
          {"master_to_agent", master_to_agent, master_to_agent_seed},
          {"master_to_framework", master_to_framework, master_to_framework_seed},
          {"registry_record", registry_record, registry_record_seed}};
}

}  // namespace fairlead::fuzz

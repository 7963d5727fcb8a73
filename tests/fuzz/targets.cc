#include "tests/fuzz/targets.h"

#include <string>

#include "common/check.h"
#include "common/limits.h"
#include "schemas/agent_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"

namespace fairlead::fuzz {
namespace {

void check_error(const Error& error) {
  check(!error.message.empty() && error.message.size() <= limits::kErrorCharsMax,
        "an error says why, briefly");
}

/// What was accepted is a valid value: it can be sent and read again.
template <class Decode>
void check_envelope(BytesView bytes, Decode decode) {
  if (auto header = peek_header(bytes); !header.ok()) check_error(header.error());
  auto first = decode(bytes, nullptr);
  if (!first.ok()) return check_error(first.error());
  auto again = decode(encode(first.value()), nullptr);
  check(again.ok() && again.value() == first.value(), "an accepted envelope round trips");
}

template <class Decode>
void check_record(BytesView bytes, Decode decode) {
  if (bytes.empty() || bytes.size() < 1U + bytes[0]) return;
  BytesView key_bytes = bytes.subspan(1, bytes[0]);
  std::string key(key_bytes.begin(), key_bytes.end());
  auto first = decode(key, bytes.subspan(1U + bytes[0]));
  if (!first.ok()) return check_error(first.error());
  EncodedRecord row = encode(first.value());
  auto again = decode(row.key, row.value);
  check(row.key == key, "an accepted record belongs to its key");
  check(again.ok() && again.value() == first.value(), "an accepted record round trips");
}

}  // namespace

void agent_to_master(BytesView bytes) {
  check_envelope(bytes, decode_agent_to_master);
}

void master_to_agent(BytesView bytes) {
  check_envelope(bytes, decode_master_to_agent);
}

void framework_to_master(BytesView bytes) {
  check_envelope(bytes, decode_framework_to_master);
}

void master_to_framework(BytesView bytes) {
  check_envelope(bytes, decode_master_to_framework);
}

void registry_record(BytesView bytes) {
  check_record(bytes, decode_registry_record);
}

void checkpoint_record(BytesView bytes) {
  check_record(bytes, decode_checkpoint_record);
}

}  // namespace fairlead::fuzz

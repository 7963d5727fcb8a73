#include "tests/fuzz/targets.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/check.h"
#include "common/limits.h"
#include "runtime/leader_record.h"
#include "runtime/registry_log.h"
#include "schemas/agent_codec.h"
#include "schemas/allocator_log.h"
#include "schemas/allocator_log_codec.h"
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

void leader_record(BytesView bytes) {
  Result<LeaderRecord> first = decode_leader_record(bytes);
  if (!first) return check_error(first.error());
  Result<LeaderRecord> again = decode_leader_record(encode_leader_record(*first));
  check(again.ok() && *again == *first, "an accepted leader record round trips");
}

void registry_head(BytesView bytes) {
  Result<RegistryHead> first = decode_registry_head(bytes);
  if (!first) return check_error(first.error());
  Result<RegistryHead> again = decode_registry_head(encode_registry_head(*first));
  check(again.ok() && *again == *first, "an accepted head round trips");
}

void registry_entry(BytesView bytes) {
  Result<RegistryEntry> first = decode_registry_entry(bytes);
  if (!first) return check_error(first.error());
  std::vector<StoreWrite> writes;
  for (const RegistryRow& row : first->rows) {
    if (!row.damaged) writes.push_back({row.key, row.value});
  }
  std::vector<const StoreWrite*> rows;
  for (const StoreWrite& write : writes) {
    if (row_bytes(write) > row_bytes_max()) return;  // of a node larger than any that we write
    rows.push_back(&write);
  }
  std::size_t read = 0;
  for (const Bytes& part : encode_registry_entries(first->epoch, first->entry, rows)) {
    Result<RegistryEntry> again = decode_registry_entry(part);
    check(again.ok() && again->epoch == first->epoch, "an accepted entry can be written again");
    for (const RegistryRow& row : again->rows) {
      check(!row.damaged && row.key == writes[read].key && row.value == writes[read].value,
            "and its rows are the same");
      ++read;
    }
  }
  check(read == writes.size(), "and none is missing");
}

void allocator_log(BytesView bytes) {
  BytesView left = bytes;
  AllocatorLogReader reader([&left](std::span<std::uint8_t> out) {
    const std::size_t taken = std::min(out.size(), left.size());
    std::copy_n(left.begin(), taken, out.begin());
    left = left.subspan(taken);
    return taken;
  });
  if (auto start = reader.start(); !start) return check_error(start.error());
  Instant last;
  while (true) {
    auto step = reader.next();
    if (!step) return check_error(step.error());
    if (!step->has_value()) break;
    check((*step)->at >= last, "time goes on");
    last = (*step)->at;
  }
  check(left.empty() && reader.offset() == bytes.size(), "the end is the end of the bytes");
}

void allocator_log_record(BytesView bytes) {
  Result<AllocatorLogRecord> first = decode_allocator_log_record(bytes);
  if (!first) return check_error(first.error());
  const Bytes written = encode(*first);
  Result<AllocatorLogRecord> again = decode_allocator_log_record(written);
  check(again.ok() && encode(*again) == written, "an accepted record round trips");
}

}  // namespace fairlead::fuzz

#include "runtime/link/registry_rows.h"

#include <utility>

#include "runtime/store_outcome.h"
#include "schemas/registry_codec.h"

namespace fairlead {

Result<std::vector<RegistryRecord>> read_registry(const StoreContents& contents) {
  if (!contents.quarantined.empty()) {
    return Error{ErrorCode::kCorrupt, "registry: " + std::to_string(contents.quarantined.size()) +
                                          " damaged rows, first \"" + contents.quarantined.front() +
                                          "\"; hint: restore the state directory from a backup"};
  }
  std::vector<RegistryRecord> records;
  for (const StoreRow& row : contents.rows) {
    Result<RegistryRecord> record = decode_registry_record(row.key, row.value);
    if (!record) return record.error();
    records.push_back(std::move(*record));
  }
  return records;
}

StoreBatch to_batch(const WriteRegistry& action) {
  StoreBatch batch{.ticket = action.ticket, .writes = {}};
  for (const RegistryRecord& record : action.put) {
    EncodedRecord row = encode(record);
    batch.writes.push_back({std::move(row.key), std::move(row.value)});
  }
  for (const std::string& key : action.erase) batch.writes.push_back({key, std::nullopt});
  return batch;
}

RegistryWritten to_registry_written(Ticket ticket, StoreOutcome outcome, std::string reason) {
  return {.ticket = ticket, .outcome = to_write_outcome(outcome), .reason = std::move(reason)};
}

}  // namespace fairlead

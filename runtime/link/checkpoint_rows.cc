#include "runtime/link/checkpoint_rows.h"

#include <utility>

#include "runtime/store_outcome.h"
#include "schemas/checkpoint_codec.h"

namespace fairlead {

Result<Checkpoint> read_checkpoint(const StoreContents& contents) {
  Checkpoint checkpoint{.records = {}, .quarantined = contents.quarantined, .unreadable = {}};
  for (const StoreRow& row : contents.rows) {
    Result<CheckpointRecord> record = decode_checkpoint_record(row.key, row.value);
    if (record) {
      checkpoint.records.push_back(std::move(*record));
    } else if (record.error().code == ErrorCode::kUnsupported) {
      return record.error();
    } else {
      checkpoint.unreadable.push_back(row.key);
    }
  }
  checkpoint.quarantined.insert(checkpoint.quarantined.end(), checkpoint.unreadable.begin(),
                                checkpoint.unreadable.end());
  return checkpoint;
}

bool is_first_life(const Checkpoint& checkpoint) {
  return checkpoint.records.empty();
}

StoreBatch to_batch(const WriteCheckpoint& action) {
  StoreBatch batch{.ticket = action.ticket, .writes = {}};
  for (const CheckpointRecord& record : action.put) {
    EncodedRecord row = encode(record);
    batch.writes.push_back({std::move(row.key), std::move(row.value)});
  }
  for (const std::string& key : action.erase) batch.writes.push_back({key, std::nullopt});
  return batch;
}

CheckpointWritten to_checkpoint_written(Ticket ticket, StoreOutcome outcome, std::string reason) {
  return {.ticket = ticket, .outcome = to_write_outcome(outcome), .reason = std::move(reason)};
}

}  // namespace fairlead

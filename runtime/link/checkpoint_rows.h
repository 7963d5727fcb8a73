// Carries the core's checkpoint writes to the store and what it held back. Pure conversions.
#pragma once

#include <string>
#include <vector>

#include "common/agent_events.h"
#include "runtime/store.h"

namespace fairlead {

struct Checkpoint {
  std::vector<CheckpointRecord> records;
  std::vector<std::string> quarantined;  ///< keys of damaged rows
  std::vector<std::string> unreadable;   ///< those of them that the store takes for good
};

/// Damaged rows are left out and named; the caller tells the store which ones nobody can read.
/// kUnsupported: written by a newer version.
Result<Checkpoint> read_checkpoint(const StoreContents& contents);
/// Nothing in it says which agent has been here before.
bool is_first_life(const Checkpoint& checkpoint);
StoreBatch to_batch(const WriteCheckpoint& action);
CheckpointWritten to_checkpoint_written(Ticket ticket, StoreOutcome outcome, std::string reason);

}  // namespace fairlead

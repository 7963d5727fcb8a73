// A core's registry writes as a store's batches, and the outcomes back. Pure conversions.
#pragma once

#include <functional>
#include <vector>

#include "common/master_events.h"
#include "runtime/store.h"

namespace fairlead {

/// Every record of the registry. Errors: kCorrupt when a record is damaged, kUnsupported when it
/// was written by a newer version: a master must not lead with half a registry.
Result<std::vector<RegistryRecord>> read_registry(const StoreContents& contents);

/// `action` as one all-or-nothing batch under the same ticket.
StoreBatch to_batch(const WriteRegistry& action);

/// What the store said, as the core hears it.
RegistryWritten to_registry_written(Ticket ticket, StoreOutcome outcome, std::string reason);

}  // namespace fairlead

// What a master makes of the registry that it finds before it leads: whose it is and which epoch
// comes next. Called by its process; no state.
#pragma once

#include <vector>

#include "common/records.h"
#include "common/result.h"
#include "runtime/coordination.h"

namespace fairlead {

/// The registry's own record with the epoch that begins: the one of `lead`, or one more than the
/// record says and at least the floor. An empty registry gets a record, of a new cluster if `lead`
/// names none. The record in `registry` is changed too.
ClusterRecord next_epoch(std::vector<RegistryRecord>& registry, const Lead& lead);

/// Can this program read the rows, and do they belong to `cluster`? Errors as read_registry, and
/// kInvalid.
Status accept_registry(const ClusterId& cluster, const StoreContents& contents);

}  // namespace fairlead

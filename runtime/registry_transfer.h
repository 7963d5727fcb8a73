// The whole of a shared registry out of its nodes and into empty ones, for backups. Reading may go
// on beside a leader; writing takes the lead for as long as it takes, so that no master can begin
// meanwhile without being refused. Blocks. Called by the registry's command; no state.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "runtime/store.h"
#include "runtime/znodes.h"

namespace fairlead {

struct SharedRegistry {
  std::string name;                 ///< for messages: "zk://…/fairlead"
  ClusterId expected;               ///< "": whatever is there
  Duration span_max = seconds(30);  ///< for one answer
};

struct RegistryCopy {
  ClusterId cluster;
  std::uint64_t head = 0;  ///< the entry that the rows are those of
  StoreContents contents;
};

/// What was committed when it was asked, all of it up to one head. Writes nothing, makes no node.
/// Errors as prepare_registry and RegistryReader::catch_up.
Result<RegistryCopy> read_shared_registry(Znodes& nodes, const SharedRegistry& registry);

struct RegistryRestore {
  ClusterId cluster;
  Epoch epoch_min;  ///< of the rows; the next leader's is above it
  /// The rows for the epoch that they are written under.
  std::function<std::vector<StoreWrite>(Epoch)> rows;
};

/// Makes the nodes where there are none. kConflict when rows are there, the cluster is another one,
/// or another master took the lead meanwhile: then no row was written.
Status write_shared_registry(Znodes& nodes, const SharedRegistry& registry,
                             const RegistryRestore& restore);

}  // namespace fairlead

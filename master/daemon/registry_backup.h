// A master's registry into a file and back, whichever store holds it: the text of
// schemas/registry_text.h between a state directory or ZooKeeper and a file. Holds no rule of its
// own. Called by `fairlead-master registry`; blocks.
#pragma once

#include <cstdint>
#include <string>

#include "common/ids.h"
#include "common/result.h"
#include "runtime/adapters/candidate/zookeeper_mode.h"

namespace fairlead {

struct RegistryBackup {
  std::string state_dir;    ///< holds the registry, or the cluster's id when `zookeeper` does
  ZookeeperMode zookeeper;  ///< with an address: where the registry is instead
  std::string file;         ///< written aside and renamed, mode 0600
  Epoch epoch_floor;        ///< import: of the next master's epoch; 0: one more than the export's
};

/// One line for people: what was copied and where to.
/// kConflict: a master runs on this state directory. kNotFound: there is no registry.
Result<std::string> export_registry(const RegistryBackup& backup);
/// kConflict: the registry is not empty, a master runs, another cluster. Errors of the file as
/// read_registry_text. Nothing was written then.
Result<std::string> import_registry(const RegistryBackup& backup);

}  // namespace fairlead

// Before a master campaigns: is a majority of the servers there, do the credentials fit, is every
// node closed to others, is it the cluster that this master belongs to? Makes the nodes of
// registry_layout.h where there are none. Blocks; called once for each session.
#pragma once

#include <string>

#include "common/ids.h"
#include "common/result.h"
#include "runtime/znodes.h"

namespace fairlead {

struct RegistrySetup {
  std::string name;                 ///< for messages: "zk://…/fairlead"
  ClusterId fresh;                  ///< the id of a registry that is made now
  ClusterId expected;               ///< "": whatever is there
  bool must_exist = false;          ///< only look: no node is made, none is audited
  Duration span_max = seconds(30);  ///< for one answer
};

/// The cluster's id. One message that says what is wrong, and nothing is written then: kUnavailable
/// (no majority), kDenied (credentials, open nodes), kConflict (another cluster), kCorrupt,
/// kUnsupported (of a newer version).
Result<ClusterId> prepare_registry(Znodes& nodes, const RegistrySetup& setup);

}  // namespace fairlead

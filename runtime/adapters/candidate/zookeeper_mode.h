// From the flags about ZooKeeper to a Coordination: address, credentials and the pinned cluster id.
// Called by a process that may lead, once. Stateless.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/result.h"
#include "runtime/adapters/zookeeper/zookeeper_client.h"
#include "runtime/coordination.h"
#include "runtime/loop.h"
#include "runtime/znode_coordination.h"

namespace fairlead {

struct ZookeeperMode {
  std::string address;           ///< "zk://…"; "": no ZooKeeper, SQLite instead
  std::string credentials_file;  ///< its first line is `user:password`; mode 0600
  Duration session_timeout = seconds(10);
  std::string cluster;  ///< the only cluster id to accept; "": the one of the state directory
  std::string cluster_flag = "cluster-id";  ///< by which `cluster` was given
  bool no_supervisor = false;               ///< see run_candidate
};

/// Where the flags point to, checked as far as it goes without a server.
struct ZookeeperPlace {
  ZookeeperOptions client;
  std::string name;    ///< for messages: "zk://…/fairlead"
  ClusterId expected;  ///< the only cluster to accept; "": whatever is there
};

/// kInvalid, kDenied: an address or credentials that cannot be used. `pin_dir`: as below.
Result<ZookeeperPlace> place_of(const ZookeeperMode& mode, const std::string& pin_dir);

struct ZookeeperPorts {
  std::function<Status(const ClusterId&, const StoreContents&)> accept;
  /// The session by which this process stands from now on.
  std::function<void(const ZookeeperSession&)> on_session;
};

/// kInvalid, kDenied: an address or credentials that cannot be used; nothing was asked of a server.
/// `pin_dir`: where the cluster id is pinned, in `cluster-id`, once it was accepted; "": nowhere.
Result<std::unique_ptr<Coordination>> coordinate_by_zookeeper(const ZookeeperMode& mode,
                                                              const std::string& pin_dir,
                                                              ZookeeperPorts ports, Loop& loop,
                                                              const Clock& clock,
                                                              CoordinationEvents events);

}  // namespace fairlead

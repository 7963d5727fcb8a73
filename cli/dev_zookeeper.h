// The ZooKeeper servers of a dev cluster: their folders, settings and command lines. Starts nothing
// and keeps nothing. The programs are those of Debian's package `zookeeper`.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"

namespace fairlead::cli {

inline constexpr int kDevZookeeperServers = 3;

struct DevZookeeper {
  std::string address;                         ///< "zk://127.0.0.1:…/fairlead"
  std::vector<std::vector<std::string>> argv;  ///< of each server
};

/// Makes `<folder>/<n>/` with the settings of server n, on ports that are free now. kNotFound when
/// Java or ZooKeeper is not installed; kDenied, kExhausted when a file cannot be written.
Result<DevZookeeper> prepare_dev_zookeeper(const std::string& folder);

}  // namespace fairlead::cli

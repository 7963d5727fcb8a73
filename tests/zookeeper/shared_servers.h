// One real ZooKeeper server for all tests of this program that do not hurt it; each test takes a
// chroot of its own. Started by the first who asks, ended with the process.
#pragma once

#include <string>

#include "runtime/adapters/zookeeper/zookeeper_client.h"
#include "tests/support/zookeeper_servers.h"

namespace fairlead::testing {

inline test::ZookeeperServers& shared_servers() {
  static test::ZookeeperServers servers(1);
  return servers;
}

inline constexpr const char* kCredentials = "fairlead:secret";

/// The shared server with a chroot that nobody has used.
inline ZookeeperOptions fresh_options() {
  static int count = 0;
  return {.address = {.servers = shared_servers().servers(),
                      .chroot = "/test-" + std::to_string(++count)},
          .credentials = kCredentials,
          .session_timeout = seconds(4)};
}

}  // namespace fairlead::testing

// A whole cluster of real processes on this machine, for development: starts it in a folder, and
// ends everything that it started. The record in that folder is the only state between the two.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/dev_record.h"
#include "common/result.h"
#include "common/time.h"

namespace fairlead::cli {

inline constexpr std::int64_t kDevAgentsMax = 64;
inline constexpr std::int64_t kDevMastersMax = 5;

/// One framework process: its name is its principal too.
struct DevFramework {
  std::string name;
  std::vector<std::string> roles;
};

struct DevUpOptions {
  std::string dev_dir;  ///< absolute
  std::int64_t agents = 3;
  std::vector<std::string> resources;  ///< per agent, used in turn; empty: three kinds
  std::vector<DevFramework> batches = {{"batch", {"batch", "a", "b"}}};  ///< fairlead-batch
  std::vector<std::string> service_roles = {"services"};
  Duration agent_timeout = seconds(5);
  Duration wait_max = seconds(60);
  bool has_services = true;
  std::int64_t masters = 1;
  bool has_zookeeper = false;  ///< election and registry in servers of the cluster's own
  std::string program_dir;     ///< where fairlead-master and its siblings are
};

/// Starts everything and waits until all of it is registered. On an error or an interrupt nothing
/// is left. kConflict: a cluster runs there already.
Result<DevRecord> start_dev_cluster(const DevUpOptions& options, Terminal& terminal);

struct DevDownReport {
  std::size_t processes = 0;   ///< that were alive
  std::size_t killed = 0;      ///< of them, by SIGKILL
  std::size_t containers = 0;  ///< leftover processes in the agents' cgroups
};

/// Ends every process of the record with its containers and removes cgroups and the folder.
/// Idempotent; kNotFound when there is nothing.
Result<DevDownReport> stop_dev_cluster(const std::string& dev_dir, Terminal& terminal);

}  // namespace fairlead::cli

// The flags that every framework's program has, and what the driver needs of them. Values only: a
// main adds flags of its own beside them. framework_main.h does the rest for a framework without
// HTTP.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/time.h"
#include "frameworks/sdk/driver/framework_driver.h"
#include "runtime/adapters/candidate/candidate.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/clock.h"

namespace fairlead::sdk {

/// Defaults are what the flags start with.
struct FrameworkFlags {
  std::string kind;    ///< "batch": how the command line finds it; not a flag
  std::string master;  ///< "tcp://127.0.0.1:5050"
  std::string name;
  FrameworkCapabilities capabilities;   ///< no flag: what the code can deal with
  std::vector<std::string> roles;       ///< empty: --role is required
  std::string principal = "anonymous";  ///< must be the one that the key proves
  std::string state_dir;                ///< this, or an address in zookeeper
  ZookeeperMode zookeeper{.cluster_flag = "state-id"};
  std::string key_file;         ///< CURVE key pair; empty: none
  std::string master_key_file;  ///< the master's public key; with key_file
  Duration failover_timeout = seconds(7 * 24 * 3600);
  bool insecure = false;
  bool write_ahead = true;
  std::string log_dir;  ///< for start_log; empty: stderr
};

/// `values` outlives `flags`.
void add_framework_flags(FlagSet& flags, FrameworkFlags& values);

/// What FrameworkDriver::start() is called with; reads the key files. kInvalid names the flag that
/// is wrong: a role's name, one key without the other, a damaged key file, no place for the state
/// or two.
Result<DriverOptions> driver_options(const FrameworkFlags& values, const Clock& clock);

/// The end of a framework's main(): run_candidate. `run` sets the supervisor in its DriverOptions.
int run_framework_program(const std::string& program, const FrameworkFlags& values,
                          const std::function<Status(SupervisorLink&)>& run);

}  // namespace fairlead::sdk

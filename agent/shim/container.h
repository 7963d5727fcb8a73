// One container, from its cgroups to its exit report: what the shim's main does between reading
// the launch description and its own end. Single-threaded.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/shim/init.h"
#include "agent/shim/log_file.h"
#include "agent/shim/spec_codec.h"

namespace fairlead::shim {

/// The outside ends of what `run_init` has the inside ends of.
struct Running {
  pid_t init = 0;
  Descriptor init_handle;  ///< pidfd: readable when everything inside is dead
  Descriptor output;
  Descriptor errors;
  Descriptor failure;
  Descriptor status;
};

struct Inside {
  isolators::ContainerPlan plan;
  isolators::Prepared prepared;
  std::optional<User> user;
  Descriptor sandbox;
};

/// Makes the sandbox if it is missing, finds the user, builds the cgroups. Nothing is left on an
/// error.
Result<Inside> prepare(const LaunchDescription& launch);

/// Clones pid 1 into its namespaces and cgroups.
Result<Running> start(const LaunchDescription& launch, const Inside& inside);

}  // namespace fairlead::shim

// Starting one shim process: the meta folder, the lock, the descriptors, posix_spawn. Never fork:
// from a big agent that copies page tables for milliseconds.
#pragma once

#include <sys/types.h>

#include <string>

#include "agent/shim/spec_codec.h"
#include "isolators/apply/descriptor.h"

namespace fairlead {

struct SpawnedShim {
  Descriptor process;  ///< pidfd
  Descriptor ready;    ///< read end, non-blocking
};

/// Undoes everything on an error. kConflict: the meta folder was used before.
Result<SpawnedShim> spawn_shim(const std::string& program, const shim::LaunchDescription& launch);

/// True when a shim holds the lock of `meta`; false: it is dead or never was.
bool is_shim_alive(const std::string& meta);

/// pidfd of the shim, checked by its start time. kNotFound: that process is gone.
Result<Descriptor> open_shim(const ShimIdentity& identity);

}  // namespace fairlead

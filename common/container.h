// A container as the agent's core orders it and as isolators plan it. One container per launch
// token. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/task.h"
#include "common/time.h"

namespace fairlead {

/// Names the container's cgroups and its shim: lower-case letters, digits, '.', '_' and '-'; unique
/// per token.
using ContainerId = TextId<struct ContainerTag>;

/// A persistent volume in a container.
struct VolumeMount {
  std::string folder;   ///< absolute path on the host
  std::string path;     ///< relative to the sandbox
  bool shared = false;  ///< with containers of other users
  friend bool operator==(const VolumeMount&, const VolumeMount&) = default;
};

struct ContainerSpec {
  ContainerId id;
  std::string hostname;        ///< inside its uts namespace
  Command command;             ///< environment complete, argv as given
  std::string sandbox;         ///< absolute path on the host; its working directory
  std::string meta;            ///< absolute path of the shim's own folder (status, spec), 0700
  std::int64_t cpu_milli = 0;  ///< shares
  std::optional<std::int64_t> cpu_limit_milli;  ///< CFS quota
  std::int64_t memory_limit_kib = 0;            ///< 0: none
  std::int64_t pids_max = 0;                    ///< 0: none
  std::vector<ResourceLimit> rlimits;
  std::int64_t log_bytes_max = 0;  ///< per stream, before it is rotated
  std::int32_t log_files_max = 0;  ///< rotated files kept per stream
  std::vector<VolumeMount> volumes;
  friend bool operator==(const ContainerSpec&, const ContainerSpec&) = default;
};

/// What a shim leaves behind, in its meta folder and in memory, when its container has ended.
struct ContainerExit {
  ContainerId id;
  std::optional<ExitStatus> exit;  ///< nullopt: the shim died and took the status with it
  bool oom_killed = false;         ///< proved by the memory cgroup's own counter
  ResourceUsage usage;             ///< at the end
  std::string launch_error;        ///< not empty: it never started, and why
  bool is_machine_full = false;    ///< of launch_error: no room (disk, memory, descriptors) here
  std::int64_t log_bytes_dropped = 0;  ///< output that a full disk refused
  friend bool operator==(const ContainerExit&, const ContainerExit&) = default;
};

/// How to find a shim again after the agent's restart. A pid alone never identifies a process.
struct ShimIdentity {
  std::int32_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< field 22 of /proc/<pid>/stat
  friend bool operator==(const ShimIdentity&, const ShimIdentity&) = default;
};

}  // namespace fairlead

// What an agent's core is told once, at its construction. Values only; flags are the daemon's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/time.h"

namespace fairlead {

/// A sandbox that lay on the disk when the agent started.
struct LeftoverSandbox {
  std::string path;  ///< relative to the sandbox root
  Duration age;      ///< since its last change
};

struct AgentConfig {
  std::string sandbox_root;  ///< absolute; sandboxes are `<root>/<framework>/<task>/<attempt>`
  std::string meta_root;     ///< absolute; a shim's own folder is `<root>/<container id>`
  std::string volume_root;   ///< absolute; persistent volumes are `<root>/<role>/<id>` (volumes.h)
  std::string path_default = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::int64_t pids_max_default = 4'096;  ///< for tasks that name no limit; 0: none
  std::int64_t log_bytes_max = limits::kLogBytesMaxDefault;
  std::int32_t log_files_max = limits::kLogFilesMaxDefault;
  std::size_t tasks_max = limits::kTasksPerAgentMax;
  /// A registration that may take more goes in parts.
  std::size_t registration_part_bytes = limits::kRegistrationPartBytes;

  Duration register_backoff_min = milliseconds(100);
  Duration register_backoff_max = seconds(5);
  Duration status_retry_min = seconds(1);
  Duration status_retry_max = seconds(30);
  Duration write_retry = seconds(1);     ///< after a refused checkpoint write
  Duration kill_repeat = seconds(5);     ///< SIGKILL again when nothing ended
  std::int64_t clock_ticks_per_s = 100;  ///< unit of ShimIdentity::start_ticks

  Duration sandbox_age_max = seconds(7 * 24 * 3600);  ///< after the terminal acknowledgement
  std::int64_t disk_high_percent = 95;                ///< used: above it no launch is taken
  std::int64_t disk_low_percent = 90;                 ///< used: below it launches are taken again

  std::uint64_t seed = 1;  ///< of the registration's jitter
  bool checkpoint = true;  ///< false: benchmarks only; nothing survives a restart
  std::vector<LeftoverSandbox> leftover_sandboxes;
};

}  // namespace fairlead

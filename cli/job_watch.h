// Following one job of fairlead-batch until it is over, and saying how it went. Main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/cluster_client.h"
#include "cli/command.h"
#include "common/result.h"
#include "common/time.h"

namespace fairlead::cli {

enum class WatchEnd { kOver, kTimedOut, kInterrupted };

struct WatchOptions {
  Duration timeout;  ///< 0: for ever
};

/// Shows progress on `terminal.err` until the job is over, the time is up or Ctrl-C.
Result<WatchEnd> watch_job(const JobRef& job, ClusterClient& cluster, const WatchOptions& options,
                           Terminal& terminal);

/// "j3: [####....] 12/20 done, 4 running, 4 waiting, 0 failed, ETA 12s"
std::string progress_text(const nlohmann::json& summary);

struct Outcome {
  int exit_code = 0;
  std::string details;                ///< lines about tasks that failed; may be empty
  std::string text;                   ///< the last line: what became of the job
  std::optional<int> task_exit_code;  ///< of the first task that failed by itself
};
/// REQUIRES: `job` is over, with its instances.
Outcome outcome_of(const nlohmann::json& job);

bool is_over(const nlohmann::json& summary);

}  // namespace fairlead::cli

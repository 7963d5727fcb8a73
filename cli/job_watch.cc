#include "cli/job_watch.h"

#include <algorithm>

#include "cli/progress.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kFailuresShown = 5;
constexpr Duration kSilenceMax = seconds(30);  // a framework restarts in less
constexpr Duration kAskAgainPause = milliseconds(500);

/// How one instance failed: "exited with code 7", or what its message says.
std::string failure_of(const json& instance) {
  const std::string reason = text_of(instance, "reason");
  const std::string message = text_of(instance, "message");
  std::string text;
  if (instance.value("exit_code", json()).is_number_integer()) {
    text = "exited with code " + std::to_string(number_of(instance, "exit_code"));
  } else if (instance.value("signal", json()).is_number_integer()) {
    text = "was ended by signal " + std::to_string(number_of(instance, "signal"));
  } else {
    text = "failed";
  }
  // A reason beyond the exit itself: the memory limit, a refused launch.
  if (!reason.empty() && reason != "COMMAND_FAILED") text += ", " + reason;
  if (!message.empty() && (reason != "COMMAND_FAILED" || text == "failed")) text += ": " + message;
  return text;
}

std::int64_t waiting_of(const json& summary) {
  const std::int64_t launched = number_of(summary, "launched") - number_of(summary, "running");
  return number_of(summary, "blocked") + number_of(summary, "ready") +
         number_of(summary, "pausing") + std::max<std::int64_t>(launched, 0);
}

}  // namespace

bool is_over(const json& summary) {
  const std::string state = text_of(summary, "state");
  return state == "finished" || state == "failed" || state == "cancelled";
}

std::string progress_text(const json& summary) {
  const std::int64_t whole = number_of(summary, "instance_count");
  const std::int64_t done = number_of(summary, "finished");
  std::string text = text_of(summary, "id") + ": " + bar({.part = done, .whole = whole}) + " " +
                     std::to_string(done) + "/" + std::to_string(whole) + " done, " +
                     std::to_string(number_of(summary, "running")) + " running, " +
                     std::to_string(waiting_of(summary)) + " waiting, " +
                     std::to_string(number_of(summary, "failed")) + " failed";
  if (summary.contains("eta_ms") && summary["eta_ms"].is_number_integer() && !is_over(summary)) {
    text += ", ETA " + short_duration(number_of(summary, "eta_ms"));
  }
  return text;
}

Result<WatchEnd> watch_job(const JobRef& job, ClusterClient& cluster, const WatchOptions& options,
                           Terminal& terminal) {
  ProgressLine progress(terminal.err, terminal.err_is_live, terminal.err_width);
  JsonClient client = cluster.client_of(job.framework);
  Instant silent_since = Instant::never();
  const Instant start = steady_now();
  std::int64_t version = 0;
  for (;;) {
    if (terminal.interrupts.is_pending()) return WatchEnd::kInterrupted;
    Duration poll = seconds(1);
    if (options.timeout > Duration{}) {
      const Duration left = start + options.timeout - steady_now();
      if (left <= Duration{}) return WatchEnd::kTimedOut;
      poll = std::min(poll, left);
    }
    Result<json> summary = client.get("/api/v1/jobs/" + url_encoded(job.id) +
                                      "?instances=no&wait=" + std::to_string(poll.ms() + 1) +
                                      "ms&since=" + std::to_string(version));
    if (!summary) {
      if (terminal.interrupts.is_pending()) return WatchEnd::kInterrupted;
      if (summary.error().code != ErrorCode::kUnavailable) return summary.error();
      // It may only be restarting: it comes back under its name, perhaps elsewhere.
      const Instant now = steady_now();
      if (silent_since.is_never()) silent_since = now;
      if (now - silent_since >= kSilenceMax) return summary.error();
      progress.show("job " + job.id + ": " + job.framework.name + " does not answer, waiting", now);
      if (terminal.interrupts.wait(kAskAgainPause)) return WatchEnd::kInterrupted;
      if (Result<FrameworkRef> now_at = cluster.framework_named("batch", job.framework.name)) {
        client = cluster.client_of(*now_at);
      }
      continue;
    }
    silent_since = Instant::never();
    version = number_of(*summary, "version");
    progress.show(progress_text(*summary), steady_now());
    if (is_over(*summary)) return WatchEnd::kOver;
  }
}

Outcome outcome_of(const json& job) {
  Outcome outcome;
  const std::string name = "job " + text_of(job, "id") + " ";
  const std::string state = text_of(job, "state");
  const std::string counts = std::to_string(number_of(job, "finished")) + " of " +
                             std::to_string(number_of(job, "instance_count")) + " tasks finished";
  std::string first;
  std::size_t failures = 0;
  for (const json& instance : list_of(job, "instances")) {
    if (text_of(instance, "phase") != "failed") continue;
    const std::string line = "task " + text_of(instance, "task") + " " + failure_of(instance);
    if (first.empty()) {
      first = line;
      if (instance.value("exit_code", json()).is_number_integer()) {
        outcome.task_exit_code = static_cast<int>(number_of(instance, "exit_code"));
      }
    }
    if (++failures <= kFailuresShown) {
      outcome.details += line + " on " + text_of(instance, "hostname") + ", attempt " +
                         std::to_string(number_of(instance, "attempt")) + "\n";
    }
  }
  if (failures > kFailuresShown) {
    outcome.details += "… and " + std::to_string(failures - kFailuresShown) + " more\n";
  }
  if (failures <= 1) outcome.details.clear();
  if (state == "finished") {
    outcome.text = name + "finished: " + counts + ", task time " +
                   short_duration(number_of(job, "run_ms")) + ", waiting " +
                   short_duration(number_of(job, "waited_ms")) + ", " +
                   std::to_string(number_of(job, "failures")) + " retries";
  } else if (state == "cancelled") {
    outcome.text = name + "cancelled: " + counts;
  } else {
    outcome.text =
        name + "failed: " + (first.empty() ? text_of(job, "why") : first) + "; " + counts;
  }
  outcome.exit_code = state == "finished" ? kExitOk : kExitFailed;
  return outcome;
}

}  // namespace fairlead::cli

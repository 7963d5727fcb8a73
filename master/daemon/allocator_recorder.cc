#include "master/daemon/allocator_recorder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "allocator/action_hash.h"
#include "allocator/settings.h"
#include "common/limits.h"
#include "common/version.h"
#include "master/daemon/metric_family.h"
#include "runtime/adapters/log/log.h"
#include "schemas/allocator_log.h"
#include "schemas/allocator_log_codec.h"

namespace fairlead {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "allocator-";
constexpr std::string_view kSuffix = ".log";

/// The disk may be late by some seconds of a busy master.
constexpr std::size_t kWaitingBytesMax = 64 << 20;

bool is_log(const std::string& name) {
  return name.starts_with(kPrefix) && name.ends_with(kSuffix);
}

/// Of the logs that are there.
std::uint64_t bytes_in(const std::string& directory, std::error_code& error) {
  std::uint64_t sum = 0;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (!is_log(at->path().filename().string())) continue;
    std::error_code gone;  // a file that is moved away meanwhile
    const std::uint64_t size = at->file_size(gone);
    if (!gone) sum += size;
  }
  return sum;
}

}  // namespace

Status AllocatorRecorder::prepare() {
  if (!is_on()) return {};
  std::error_code error;
  if (fs::create_directory(options_.directory, error)) {
    fs::permissions(options_.directory, fs::perms::owner_all, error);
  }
  if (!error && fs::is_directory(options_.directory, error)) return {};
  return Error{ErrorCode::kUnavailable, "flag --allocator-log: " + options_.directory +
                                            ": expected a directory" +
                                            (error ? ", " + error.message() : std::string())};
}

void AllocatorRecorder::begin(const ClusterRecord& cluster, WallTime at,
                              const MasterConfig& config) {
  if (!is_on()) return;
  path_ = options_.directory + "/" + std::string(kPrefix) + std::to_string(cluster.epoch.number) +
          std::string(kSuffix);
  std::error_code error;
  const std::uint64_t there = bytes_in(options_.directory, error);
  const auto most = static_cast<std::uint64_t>(options_.bytes_max);
  if (error) return stop(options_.directory + ": " + error.message());
  if (there >= most) {
    return stop(options_.directory + ": its logs have " + std::to_string(there) +
                " bytes, --allocator-log-max allows " + std::to_string(most) +
                "; hint: move older ones away");
  }
  auto file = BackgroundFile::create(
      {.path = path_, .bytes_max = most - there, .waiting_bytes_max = kWaitingBytesMax});
  if (!file) return stop(file.error().message);
  file_ = std::move(*file);
  is_recording_ = true;
  frame_.assign(kAllocatorLogMark.begin(), kAllocatorLogMark.end());
  append(encode(AllocatorLogStart{.program = version(),
                                  .cluster = cluster.cluster,
                                  .epoch = cluster.epoch,
                                  .at = at,
                                  .offer_hold_max = config.offer_hold_max,
                                  .settings = settings_of(config.allocator)}));
  if (is_recording_) log_line(LogLevel::kInfo, "allocator_log_begun", {{"file", path_}});
}

void AllocatorRecorder::on_allocator_step(Instant now, const allocation::Event& event,
                                          std::span<const allocation::Action> actions) {
  if (!is_recording_) return;
  append(
      encode_step(now, event, static_cast<std::uint32_t>(actions.size()), hash_of(now, actions)));
  if (is_recording_) ++steps_;
}

void AllocatorRecorder::append(BytesView content) {
  if (content.size() > limits::kMessageBytesMax) {
    return stop("a step of " + std::to_string(content.size()) + " bytes, at most " +
                std::to_string(limits::kMessageBytesMax) + " can be recorded");
  }
  append_frame(frame_, content);
  const Status appended = file_->append(frame_);
  frame_.clear();
  if (!appended) return stop(appended.error().message);
  bytes_ = file_->bytes();
}

void AllocatorRecorder::stop(const std::string& why) {
  is_recording_ = false;
  log_line(LogLevel::kError, "allocator_log_stopped",
           {{"file", path_}, {"steps", steps_}, {"why", why}});
}

std::string AllocatorRecorder::metrics() const {
  std::string out;
  if (!is_on()) return out;
  MetricFamily(out, "allocator_log_recording", "gauge", "1 while the allocator's log is written.")
      .sample(is_recording_ ? 1 : 0);
  MetricFamily(out, "allocator_log_steps_total", "counter", "Steps of the allocator in its log.")
      .sample(steps_);
  MetricFamily(out, "allocator_log_bytes_total", "counter", "Bytes of the allocator's log.")
      .sample(bytes_);
  return out;
}

}  // namespace fairlead

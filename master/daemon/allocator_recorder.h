// Records what the allocator of this master hears, a file for each time that it leads, for
// `fairlead-sim replay-log`. When that is not possible (any more), it says so once, in the log and
// in a metric, and the master goes on without. Owned by MasterProcess; loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/records.h"
#include "master/allocator_watch.h"
#include "master/config.h"
#include "runtime/adapters/files/background_file.h"

namespace fairlead {

class AllocatorRecorder final : public AllocatorWatch {
 public:
  struct Options {
    std::string directory;                           ///< "": nothing is recorded
    std::int64_t bytes_max = std::int64_t{1} << 30;  ///< of all logs in the directory together
  };

  explicit AllocatorRecorder(Options options) : options_(std::move(options)) {}

  bool is_on() const { return !options_.directory.empty(); }
  /// Makes the directory (0700) when it is missing. Before begin().
  Status prepare();
  /// Begins `allocator-<epoch>.log`. Before the first step.
  void begin(const ClusterRecord& cluster, WallTime at, const MasterConfig& config);
  void on_allocator_step(Instant now, const allocation::Event& event,
                         std::span<const allocation::Action> actions) override;

  /// Prometheus text format; "" when nothing is to be recorded.
  std::string metrics() const;

 private:
  void append(BytesView content);
  void stop(const std::string& why);

  const Options options_;
  /// Stays when recording has stopped: closing it waits for the disk.
  std::unique_ptr<BackgroundFile> file_;
  bool is_recording_ = false;
  std::string path_;
  std::uint64_t steps_ = 0;  ///< recorded
  std::uint64_t bytes_ = 0;
  Bytes frame_;  ///< kept for its memory
};

}  // namespace fairlead

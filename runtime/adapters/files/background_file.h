// A new file that only grows, written by a thread of its own: whoever appends never waits for the
// disk. It stops for good when it is full, when the disk refuses or when it is too slow, so that
// what is in it has no holes. Not synced: a power cut may take its end.
// `append`, `why_stopped` and `bytes` are for one thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/bytes.h"
#include "common/result.h"

namespace fairlead {

class BackgroundFile {
 public:
  struct Options {
    std::string path;                   ///< must not exist yet; mode 0600
    std::uint64_t bytes_max = 0;        ///< of the file
    std::size_t waiting_bytes_max = 0;  ///< that the disk has not taken yet
  };

  /// kConflict: there is such a file. kUnavailable: it cannot be made.
  static Result<std::unique_ptr<BackgroundFile>> create(const Options& options);
  /// Writes what waits: takes as long as the disk does.
  ~BackgroundFile();
  BackgroundFile(const BackgroundFile&) = delete;
  BackgroundFile& operator=(const BackgroundFile&) = delete;

  /// All of `bytes`, or an error; then nothing is taken any more. kExhausted: it would be too
  /// large, or too much waits; kUnavailable: the disk refused something before.
  Status append(BytesView bytes);
  /// Taken so far.
  std::uint64_t bytes() const { return bytes_; }

 private:
  BackgroundFile(const Options& options, int descriptor);
  void run();
  Status write_all(BytesView bytes) const;
  Status stop(Error error);

  const Options options_;
  const int descriptor_;
  std::uint64_t bytes_ = 0;
  Status stopped_;  ///< of the caller's thread

  std::mutex mutex_;
  std::condition_variable changed_;
  Bytes waiting_;
  Status disk_;
  bool ends_ = false;
  std::thread writer_;  ///< last: it uses what is above
};

}  // namespace fairlead

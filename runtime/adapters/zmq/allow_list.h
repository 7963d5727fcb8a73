// Which client keys may connect, and whose they are: a file of lines `<z85 public key>
// <principal>`,
// '# ' starts a comment. It may change while we run; a broken new version keeps the old one.
// Owned by a main; shared by the ZAP thread and the Router. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "common/ids.h"
#include "common/result.h"
#include "runtime/adapters/files/safe_file.h"

namespace fairlead {

class AllowList {
 public:
  /// kDenied when group or others may write the file; kInvalid names the line that is wrong.
  static Result<std::unique_ptr<AllowList>> load(const std::string& path);

  /// Reads the file again if it changed since (by time of change, size and inode). An error
  /// leaves the keys as they were and is repeated until the file changes. About 1 µs then.
  Status refresh();

  /// Owner of the key; nullopt when it may not connect. Does not look at the file.
  std::optional<Principal> principal_of(std::string_view key) const;

  /// Denies a key of the list whatever the file says, until a version of the file is taken over
  /// that does not list it (a later one may list it anew) or the process ends. False when it is not
  /// in the list or revoked already.
  bool revoke(std::string_view key);
  /// How many keys `revoke` denies now.
  std::size_t revoked() const;

  /// Grows by one with every change that `refresh` took over, and with every key revoked.
  std::uint64_t revision() const { return revision_.load(std::memory_order_acquire); }

 private:
  using Keys = std::map<std::string, Principal, std::less<>>;

  explicit AllowList(std::string path) : path_(std::move(path)) {}
  static Result<Keys> read(const std::string& path);
  static Result<Keys> parse(const std::string& path, const std::string& text);

  const std::string path_;
  mutable std::mutex mutex_;
  Keys keys_;                                   // guarded by mutex_
  std::set<std::string, std::less<>> revoked_;  // guarded by mutex_; all of them are in keys_
  FileMark mark_;     // guarded by mutex_; of the version last read, good or bad
  Status last_read_;  // guarded by mutex_
  std::atomic<std::uint64_t> revision_{0};
};

}  // namespace fairlead

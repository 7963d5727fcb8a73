// The operators' file of hosts that make offers: one hostname a line, `#` begins a comment. Looked
// at every second and read again when it changed; a version that cannot be read is logged, and the
// last good one stays. What the list means: allocation::WhitelistSet. Owned by the process; loop's
// thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/loop/loop_timer.h"

namespace fairlead {

/// kDenied when group or others may write the file; kInvalid names the line that is wrong. An empty
/// list is valid: no host makes offers.
Result<std::vector<std::string>> read_host_file(const std::string& path);

class HostWatch {
 public:
  using OnChange = std::function<void(const std::vector<std::string>&)>;

  /// An error when the file cannot be read now. `loop` must outlive it.
  static Result<std::unique_ptr<HostWatch>> start(Loop& loop, std::string path, OnChange on_change);
  HostWatch(const HostWatch&) = delete;
  HostWatch& operator=(const HostWatch&) = delete;

  const std::vector<std::string>& hosts() const { return hosts_; }

 private:
  HostWatch(std::string path, OnChange on_change)
      : path_(std::move(path)), on_change_(std::move(on_change)) {}
  void look();

  const std::string path_;
  const OnChange on_change_;
  std::optional<FileMark> seen_;
  std::vector<std::string> hosts_;
  std::unique_ptr<LoopTimer> timer_;
};

}  // namespace fairlead

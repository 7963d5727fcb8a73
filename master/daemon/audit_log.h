// Who asked for what and what came of it: every operator's action, in memory for the API (the
// newest limits::kAuditLinesMax) and appended to a file that is never rewritten. Loop thread only.
#pragma once

#include <deque>
#include <fstream>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/master_events.h"
#include "common/result.h"

namespace fairlead {

class AuditLog {
 public:
  /// Appends to `path` (mode 0600, created when missing).
  static Result<std::unique_ptr<AuditLog>> open(const std::string& path);

  void record(const RecordAudit& entry, WallTime at);
  /// {"lines":[…]}, oldest first.
  nlohmann::json view() const;

 private:
  struct Line {
    RecordAudit entry;
    WallTime at;
  };

  explicit AuditLog(std::ofstream file) : file_(std::move(file)) {}

  std::ofstream file_;
  std::deque<Line> lines_;
};

}  // namespace fairlead

#include "master/daemon/audit_log.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/limits.h"
#include "master/daemon/json_forms.h"

namespace fairlead {
namespace {

nlohmann::json form(const RecordAudit& entry, WallTime at) {
  return {{"at_unix_ms", at.unix_ms},
          {"principal", entry.principal.text},
          {"action", entry.action},
          {"subject", entry.subject},
          {"outcome", entry.outcome}};
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path) {
  std::ofstream file(path, std::ios::app);
  if (!file || ::chmod(path.c_str(), 0600) != 0) {
    return Error{ErrorCode::kUnavailable,
                 "audit log " + path + ": cannot be written: " + std::strerror(errno)};
  }
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(file)));
}

void AuditLog::record(const RecordAudit& entry, WallTime at) {
  file_ << json_forms::dump(form(entry, at)) << std::endl;
  lines_.push_back({entry, at});
  if (lines_.size() > limits::kAuditLinesMax) lines_.pop_front();
}

nlohmann::json AuditLog::view() const {
  nlohmann::json lines = nlohmann::json::array();
  for (const Line& line : lines_) lines.push_back(form(line.entry, line.at));
  return {{"lines", std::move(lines)}};
}

}  // namespace fairlead

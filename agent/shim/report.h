// The shim's folder: who it is, that it started, how it ended. The exit report gets its disk space
// before the task starts, so that a task that fills the disk cannot take its own status with it.
#pragma once

#include <string>

#include "common/bytes.h"
#include "isolators/apply/descriptor.h"

namespace fairlead::shim {

class Reports {
 public:
  /// Opens the meta folder, which must exist, and reserves space for the exit report.
  static Result<Reports> open(const std::string& meta);

  /// Visible as a whole or not at all; survives the agent's death, not the machine's.
  Status write_started(const Bytes& document);
  /// Visible as a whole or not at all, and durable when this returns success.
  Status write_exit(const Bytes& document);

 private:
  Reports() = default;
  Descriptor folder_;
  Descriptor exit_;
};

}  // namespace fairlead::shim

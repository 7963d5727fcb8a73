// What becomes of the tasks of an agent that is drained, as flags. Owned by a command; main thread
// only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/result.h"
#include "common/time.h"
#include "runtime/adapters/flags/flags.h"

namespace fairlead::cli {

class DrainFlags {
 public:
  /// --deadline and --grace.
  void declare(FlagSet& flags);
  /// Adds deadline_ms to the body of a request, and grace_ms when it was given.
  Status write(nlohmann::json& body) const;
  Duration deadline() const { return deadline_; }

 private:
  Duration deadline_;
  std::string grace_;  // empty: each task's own
};

}  // namespace fairlead::cli

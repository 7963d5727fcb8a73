// Would any agent ever hold a task of this job? Asked after a job was taken, so that `run` can end
// a job that could only wait for ever. Constraints are not looked at. Main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/result.h"

namespace fairlead::cli {

/// What to tell when some group of `job` is larger than each of `agents` (the master's list);
/// nullopt when all fit, when there is no agent at all, or while one is awaited whose size is
/// unknown.
std::optional<std::string> why_unplaceable(const nlohmann::json& job, const nlohmann::json& agents);

}  // namespace fairlead::cli

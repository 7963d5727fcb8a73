// Jobs as the JSON of docs/http_api_batch.md. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "frameworks/batch/job_state.h"

namespace fairlead::batch {

/// One line of a listing. O(instances).
nlohmann::json summary_json(const Job& job, WallTime now);
/// The summary with its groups and, if asked for, its instances.
nlohmann::json job_json(const Job& job, WallTime now, bool with_instances);

}  // namespace fairlead::batch

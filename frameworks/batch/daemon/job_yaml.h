// A job as people write it: YAML, or JSON (which is YAML). Strict: an unknown key is an error with
// file, line, column and the nearest right name. Pure; thread-safe. docs/http_api_batch.md lists
// the keys.
#pragma once

#include <string_view>

#include "common/result.h"
#include "frameworks/batch/job.h"

namespace fairlead::batch {

/// Reads and validates one job. `name` stands for the file in messages: "sort.yaml", "body".
Result<JobSpec> parse_job(std::string_view text, std::string_view name);

/// "rack=a1", "rack!=a1", "gpu" (exists), "!gpu".
Result<Constraint> parse_constraint(std::string_view text);
std::string to_string(const Constraint& constraint);

}  // namespace fairlead::batch

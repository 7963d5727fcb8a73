// A table from a file.
#pragma once

#include <string>

#include "common/result.h"
#include "simulator/csv/csv.h"

namespace fairlead::scenario {

/// Errors: kNotFound; kExhausted above 1 GiB; kUnavailable; those of Csv::parse.
Result<Csv> read_csv_file(const std::string& path);

}  // namespace fairlead::scenario

// Reads a trace of any shape: a CSV file and a mapping file (YAML) that says which column is what
// and in which unit, which cluster the jobs meet and how the frameworks answer. The keys stand in
// docs/simulator.md.
#pragma once

#include "common/result.h"
#include "runtime/adapters/yaml/strict_yaml.h"
#include "simulator/csv/csv.h"
#include "simulator/scenario/trace.h"

namespace fairlead::scenario {

/// Nothing is returned unless every line could be read.
Result<Replay> read_mapped_trace(const Csv& csv, const YamlNode& mapping);

}  // namespace fairlead::scenario

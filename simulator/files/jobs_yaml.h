// The parts of a scenario file that say what a framework runs: its shapes and when its jobs come.
#pragma once

#include <vector>

#include "common/result.h"
#include "runtime/adapters/yaml/strict_yaml.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

Status read_shape(const YamlNode& node, Shape& shape);
/// `shapes` are those that its tasks may name.
Status read_arrivals(const YamlNode& node, const std::vector<Shape>& shapes, Arrivals& arrivals);

}  // namespace fairlead::scenario

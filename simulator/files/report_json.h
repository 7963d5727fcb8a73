// A report as JSON: one object, keys in a fixed order, whole numbers, unit in the name
// (docs/simulator.md lists them). Pure.
#pragma once

#include <string>

#include "simulator/scenario/report.h"

namespace fairlead::scenario {

std::string json_of(const Report& report);

}  // namespace fairlead::scenario

// A report for a terminal: tables no wider than they must be, plain ASCII, no colour. Pure.
#pragma once

#include <string>

#include "simulator/scenario/report.h"

namespace fairlead::scenario {

std::string text_of(const Report& report);

}  // namespace fairlead::scenario

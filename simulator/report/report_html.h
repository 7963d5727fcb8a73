// A report as one HTML page that needs nothing else: styles and plots are inline, no script, no
// network. Utilisation and shares over time, waits by quantile, and the text report below. Pure.
#pragma once

#include <string>

#include "simulator/scenario/report.h"

namespace fairlead::scenario {

std::string html_of(const Report& report);

}  // namespace fairlead::scenario

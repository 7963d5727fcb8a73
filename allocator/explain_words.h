// Words that the parts of an Explanation share. Internal to allocator/.
#pragma once

#include <string>

#include "common/time.h"

namespace fairlead::allocation {

/// For people, rounded up to what matters: "250 ms", "3.2 s", "45 s", "12 min".
std::string span_text(Duration span);
/// "1 agent", "2 agents".
std::string counted(std::size_t count, const std::string& what);

}  // namespace fairlead::allocation

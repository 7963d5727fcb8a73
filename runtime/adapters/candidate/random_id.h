// Ids that nobody has used before. Any thread.
#pragma once

#include <string>

namespace fairlead {

/// 16 random bytes of the kernel, in hex.
std::string random_id();

}  // namespace fairlead

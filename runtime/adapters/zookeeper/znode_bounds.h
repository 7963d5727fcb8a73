// What a server would answer with a cut connection is refused here, with its reason. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/znodes.h"

namespace fairlead {

std::string_view path_of(const ZnodeOp& op);
/// Why `ops` may not be sent; "" when they may.
std::string too_large(const std::vector<ZnodeOp>& ops);

}  // namespace fairlead

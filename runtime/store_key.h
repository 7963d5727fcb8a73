// The one rule for keys of a Store, whichever adapter holds it. Pure.
#pragma once

#include <string_view>

namespace fairlead {

/// Ends the process unless `key` is 1..512 printable ASCII characters without a space: keys are
/// made of ids that were checked when they arrived, so another key is our own bug. O(length).
void check_store_key(std::string_view key);

}  // namespace fairlead

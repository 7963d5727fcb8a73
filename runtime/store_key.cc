#include "runtime/store_key.h"

#include <algorithm>

#include "common/check.h"
#include "common/limits.h"

namespace fairlead {

void check_store_key(std::string_view key) {
  check(!key.empty() && key.size() <= limits::kStoreKeyCharsMax,
        "a store key has 1..512 characters");
  check(std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; }),
        "a store key is printable");
}

}  // namespace fairlead
